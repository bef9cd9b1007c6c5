package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.heavyindex.HeavyIndexDataSource;

/**
 * Tells by their definitions which {@code DataSource} beans stand for the database of
 * operations that name none: the one that the application uses, and the one that is meant
 * for index operations, which must be in the same database.
 */
final class OwnDataSource {

	private OwnDataSource() {
	}

	/**
	 * The names of these beans.
	 * @param names all {@code DataSource} beans
	 */
	static Set<String> names(ListableBeanFactory beanFactory, List<String> names) {
		List<String> qualified = names.stream()
			.filter((name) -> beanFactory.findAnnotationOnBean(name, HeavyIndexDataSource.class, false) != null)
			.toList();
		Set<String> own = new LinkedHashSet<>();
		if (qualified.size() == 1) {
			own.addAll(qualified);
		}
		List<String> primary = names.stream().filter((name) -> isPrimary(beanFactory, name)).toList();
		if (primary.size() == 1) {
			own.addAll(primary);
		}
		else {
			List<String> others = new ArrayList<>(names);
			others.removeAll(qualified);
			others.removeIf((name) -> isNoDefaultCandidate(beanFactory, name));
			if (others.size() == 1) {
				own.addAll(others);
			}
		}
		return own;
	}

	private static boolean isPrimary(ListableBeanFactory beanFactory, String name) {
		return definition(beanFactory, name).map(BeanDefinition::isPrimary).orElse(false);
	}

	private static boolean isNoDefaultCandidate(ListableBeanFactory beanFactory, String name) {
		return definition(beanFactory, name)
			.map((definition) -> !definition.isAutowireCandidate()
					|| (definition instanceof AbstractBeanDefinition bean && !bean.isDefaultCandidate()))
			.orElse(false);
	}

	private static Optional<BeanDefinition> definition(ListableBeanFactory beanFactory, String name) {
		ConfigurableListableBeanFactory factory = (beanFactory instanceof ConfigurableApplicationContext context)
				? context.getBeanFactory()
				: (beanFactory instanceof ConfigurableListableBeanFactory configurable) ? configurable : null;
		try {
			return Optional.ofNullable(factory).map((each) -> each.getMergedBeanDefinition(name));
		}
		catch (NoSuchBeanDefinitionException ex) {
			// registered without a definition
			return Optional.empty();
		}
	}

}
