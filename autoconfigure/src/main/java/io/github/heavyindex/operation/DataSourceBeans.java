package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

import io.github.heavyindex.OperationOptions;

/**
 * Finds out which {@code DataSource} beans operations name, by their definitions: no bean
 * is created for it.
 */
final class DataSourceBeans {

	private final ListableBeanFactory beanFactory;

	private final List<String> names;

	private final Set<String> own;

	DataSourceBeans(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.names = new ArrayList<>(Arrays
			.asList(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beanFactory, DataSource.class, true, false)));
		this.names.removeIf(ScopedProxyUtils::isScopedTarget);
		this.own = OwnDataSource.names(beanFactory, this.names);
	}

	/**
	 * The operation with the name of its data source as others would write it: none for
	 * the application's own, and no aliases.
	 * @param problems takes what is wrong with the name
	 */
	DeclaredOperation resolve(DeclaredOperation declared, List<DeclarationProblem> problems) {
		String name = declared.dataSource();
		if (name == null) {
			return declared;
		}
		DeclarationProblem problem = problem(
				"The operation '" + declared.name() + "' is for the data source '" + name + "'", declared.origin(),
				name);
		if (problem != null) {
			problems.add(problem);
			return declared;
		}
		String canonical = canonical(name);
		return with(declared, this.own.contains(canonical) ? null : canonical);
	}

	/**
	 * What is wrong with settings of a data source, or {@code null}.
	 */
	@Nullable DeclarationProblem problemOfSettings(String property, String name) {
		String known = this.names.stream().filter((each) -> isSame(each, name)).findFirst().orElse(null);
		if (known != null && this.own.contains(known)) {
			return new DeclarationProblem("property '" + property + "'",
					"The data source '" + known + "' is the application's own",
					"Set heavy-index.datasource.* instead.");
		}
		String canonical = canonical(name);
		if (known == null && !canonical.equals(name)) {
			return new DeclarationProblem("property '" + property + "'",
					"'" + name + "' is an alias of the data source '" + canonical + "'",
					"Set heavy-index.datasources." + canonical + " instead.");
		}
		return (known != null) ? null
				: problem("It sets how to reach the data source '" + name + "'", "property '" + property + "'", name);
	}

	/**
	 * Whether a name in a property means a bean: from the environment it comes in lower
	 * case, and without dashes.
	 */
	static boolean isSame(String bean, String property) {
		return uniform(bean).equals(uniform(property));
	}

	private static String uniform(String name) {
		return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
	}

	private @Nullable DeclarationProblem problem(String what, String origin, String name) {
		Class<?> type;
		try {
			type = this.beanFactory.getType(name, false);
		}
		catch (NoSuchBeanDefinitionException ex) {
			return new DeclarationProblem(origin, what + ", and there is no bean of that name", mend(name));
		}
		// what a factory bean makes may be unknown until it is asked for
		return (type == null || DataSource.class.isAssignableFrom(type)) ? null : new DeclarationProblem(origin,
				what + ", but the bean of that name is no DataSource: " + type.getName(), mend(name));
	}

	private String mend(String name) {
		String nearest = NearestName.of(name, this.names);
		if (nearest != null) {
			return "Did you mean '" + nearest + "'?";
		}
		return this.names.isEmpty() ? "Declare a DataSource bean of that name."
				: "Name one of the DataSource beans " + this.names + ", or none for the application's own.";
	}

	private String canonical(String name) {
		Set<String> aliases = Set.of(this.beanFactory.getAliases(name));
		return this.names.stream()
			.filter((known) -> known.equals(name) || aliases.contains(known))
			.findFirst()
			.orElse(name);
	}

	private static DeclaredOperation with(DeclaredOperation declared, @Nullable String dataSource) {
		OperationOptions options = declared.operation().options();
		return new DeclaredOperation(
				declared.operation()
					.withOptions(new OperationOptions(options.name(), options.dependsOn(), options.critical(),
							options.description(), options.onMismatch(), options.requiresApproval(),
							options.maxDuration(), dataSource, options.rebuildWhenBloat())),
				declared.origin(), declared.type());
	}

}
