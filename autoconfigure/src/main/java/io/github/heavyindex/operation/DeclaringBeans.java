package io.github.heavyindex.operation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanDefinitionStoreException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.CannotLoadBeanClassException;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

import io.github.heavyindex.InvalidIndexOperationException;

/**
 * Looks through bean definitions, and beans registered without one, for those that
 * declare an operation. Only the types of beans are asked for, and factory beans are not
 * initialised for it, which {@code getBeanNamesForAnnotation} would do.
 */
final class DeclaringBeans {

	private static final String SCOPED_TARGET = "scopedTarget.";

	private final ListableBeanFactory beanFactory;

	DeclaringBeans(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Finds the operations that beans declare.
	 * @param problems takes what cannot be used
	 * @return the operations, in the order of registration
	 */
	List<BeanDeclaration> find(List<DeclarationProblem> problems) {
		List<BeanDeclaration> found = new ArrayList<>();
		owners().forEach((beanName, owner) -> {
			String origin = "bean '" + beanName + "'";
			try {
				BeanDeclaration declaration = new BeanReader(owner, beanName, origin).read();
				if (declaration != null) {
					found.add(declaration);
				}
			}
			catch (InvalidIndexOperationException ex) {
				problems.add(DeclarationProblem.of(origin, ex));
			}
			catch (CannotLoadBeanClassException | BeanDefinitionStoreException ex) {
				// no declaration of ours; Spring reports it if the bean is ever needed
			}
		});
		return found;
	}

	/**
	 * The bean factory of each bean; a bean hides those of the same name in ancestors.
	 */
	private Map<String, ConfigurableListableBeanFactory> owners() {
		Map<String, ConfigurableListableBeanFactory> owners = new LinkedHashMap<>();
		BeanFactory current = this.beanFactory;
		while (current != null) {
			ConfigurableListableBeanFactory factory = configurable(current);
			if (factory != null) {
				beanNames(factory).forEach((name) -> owners.putIfAbsent(name, factory));
			}
			current = (current instanceof HierarchicalBeanFactory child) ? child.getParentBeanFactory() : null;
		}
		return owners;
	}

	private static Set<String> beanNames(ConfigurableListableBeanFactory factory) {
		Set<String> names = new LinkedHashSet<>();
		for (String name : factory.getBeanDefinitionNames()) {
			BeanDefinition definition = factory.getMergedBeanDefinition(name);
			if (!definition.isAbstract() && !ScopedProxyUtils.isScopedTarget(name)) {
				names.add(name);
			}
		}
		Collections.addAll(names, factory.getSingletonNames());
		names.removeIf((name) -> name.startsWith(SCOPED_TARGET));
		return names;
	}

	private static @Nullable ConfigurableListableBeanFactory configurable(BeanFactory factory) {
		if (factory instanceof ConfigurableApplicationContext context) {
			return context.getBeanFactory();
		}
		return (factory instanceof ConfigurableListableBeanFactory configurable) ? configurable : null;
	}

}
