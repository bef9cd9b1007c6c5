package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OperationOptions;

/**
 * Finds what an application declares: classes and {@code @Bean} methods annotated with
 * {@code @HeavyIndexOperation}, beans of type {@code IndexOperation}, properties, and
 * {@link HeavyIndexPrerequisite} beans, in this bean factory and its ancestors.
 *
 * <p>
 * Annotated classes are not instantiated. Beans of type {@code IndexOperation} are, also
 * lazy ones, because they are the declaration; and prerequisites, because only they know
 * their names. No factory bean is initialised to find out what it makes, and no
 * {@code DataSource} that an operation names is created.
 *
 * @since 0.1.0
 */
public final class OperationDiscovery {

	private final ListableBeanFactory beanFactory;

	/**
	 * Creates a new instance.
	 * @param beanFactory the bean factory to search
	 */
	public OperationDiscovery(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Finds, reads, checks and orders all declarations.
	 * @param properties declarations by the property they were read from, as in
	 * {@code heavy-index.operations.create_logs_idx}; each has its name set
	 * @return the operations
	 * @throws OperationDeclarationException if a declaration cannot be used, naming its
	 * bean or property
	 */
	public DeclaredOperations discover(Map<String, IndexDeclaration> properties) {
		return discover(properties, Map.of());
	}

	/**
	 * Finds, reads, checks and orders all declarations.
	 * @param properties declarations by the property they were read from, as in
	 * {@code heavy-index.operations.create_logs_idx}; each has its name set
	 * @param dataSources for each property that sets how to reach a data source the name
	 * of that one, which must be a bean
	 * @return the operations
	 * @throws OperationDeclarationException if a declaration or a setting cannot be used,
	 * naming its bean or property
	 */
	public DeclaredOperations discover(Map<String, IndexDeclaration> properties, Map<String, String> dataSources) {
		List<DeclarationProblem> problems = new ArrayList<>();
		List<BeanDeclaration> found = new DeclaringBeans(this.beanFactory).find(problems);
		List<DeclaredOperation> declared = new ArrayList<>(withClassDependencies(found, problems));
		properties.forEach((property, declaration) -> {
			String origin = "property '" + property + "'";
			try {
				declared.add(new DeclaredOperation(declaration.toOperation(), origin, null));
			}
			catch (InvalidIndexOperationException ex) {
				problems.add(DeclarationProblem.of(origin, ex));
			}
		});
		resolveDataSources(declared, dataSources, problems);
		if (!problems.isEmpty()) {
			throw new OperationDeclarationException(problems);
		}
		return DeclaredOperations.of(declared, prerequisites());
	}

	/**
	 * Whether a name in a property means a {@code DataSource} bean: from the environment
	 * it comes in lower case, and without dashes.
	 * @param bean the bean's name
	 * @param property the name in a property
	 * @return whether it does
	 */
	public static boolean isSameDataSource(String bean, String property) {
		return DataSourceBeans.isSame(bean, property);
	}

	private void resolveDataSources(List<DeclaredOperation> declared, Map<String, String> settings,
			List<DeclarationProblem> problems) {
		if (settings.isEmpty() && declared.stream().allMatch((operation) -> operation.dataSource() == null)) {
			return;
		}
		DataSourceBeans beans = new DataSourceBeans(this.beanFactory);
		declared.replaceAll((operation) -> beans.resolve(operation, problems));
		settings.forEach((property, name) -> {
			DeclarationProblem problem = beans.problemOfSettings(property, name);
			if (problem != null) {
				problems.add(problem);
			}
		});
	}

	private List<DeclaredOperation> withClassDependencies(List<BeanDeclaration> found,
			List<DeclarationProblem> problems) {
		Map<Class<?>, String> names = new LinkedHashMap<>();
		for (BeanDeclaration bean : found) {
			if (bean.declared().type() != null) {
				names.put(bean.declared().type(), bean.declared().name());
			}
		}
		return found.stream().map((bean) -> resolve(bean, names, problems)).toList();
	}

	private DeclaredOperation resolve(BeanDeclaration bean, Map<Class<?>, String> names,
			List<DeclarationProblem> problems) {
		DeclaredOperation declared = bean.declared();
		Set<String> dependencies = new LinkedHashSet<>();
		for (Class<?> type : bean.dependsOnClass()) {
			String name = names.get(type);
			if (name != null) {
				dependencies.add(name);
			}
			else if (problems.isEmpty()) {
				problems.add(new DeclarationProblem(declared.origin(),
						"The operation '" + declared.name() + "' depends on the class " + type.getName()
								+ ", which is no bean that declares an operation",
						"Annotate the class with @HeavyIndexOperation and make sure that it is scanned or imported,"
								+ " or remove it from dependsOnClass."));
			}
		}
		if (dependencies.isEmpty()) {
			return declared;
		}
		OperationOptions options = declared.operation()
			.options()
			.overriddenBy(new OperationOptions(null, dependencies, false, null, null, false, null, null, null));
		return new DeclaredOperation(declared.operation().withOptions(options), declared.origin(), declared.type());
	}

	private List<HeavyIndexPrerequisite> prerequisites() {
		List<HeavyIndexPrerequisite> prerequisites = new ArrayList<>();
		for (String name : BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory,
				HeavyIndexPrerequisite.class, true, false)) {
			if (!ScopedProxyUtils.isScopedTarget(name)) {
				prerequisites.add(this.beanFactory.getBean(name, HeavyIndexPrerequisite.class));
			}
		}
		return prerequisites;
	}

}
