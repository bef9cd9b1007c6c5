package io.github.heavyindex.operation;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;

import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;

/**
 * Reads the operation that one bean declares, if it declares one.
 */
final class BeanReader {

	private final ConfigurableListableBeanFactory beanFactory;

	private final String beanName;

	private final String origin;

	private final @Nullable RootBeanDefinition definition;

	private final @Nullable Class<?> type;

	private final @Nullable Method factoryMethod;

	BeanReader(ConfigurableListableBeanFactory beanFactory, String beanName, String origin) {
		String scopedTarget = ScopedProxyUtils.getTargetBeanName(beanName);
		this.beanFactory = beanFactory;
		this.beanName = beanFactory.containsBeanDefinition(scopedTarget) ? scopedTarget : beanName;
		this.origin = origin;
		// the type comes first: it makes Spring find the factory method
		this.type = beanFactory.getType(this.beanName, false);
		this.definition = definition(beanFactory, this.beanName);
		this.factoryMethod = (this.definition != null) ? this.definition.getResolvedFactoryMethod() : null;
	}

	private static @Nullable RootBeanDefinition definition(ConfigurableListableBeanFactory beanFactory, String name) {
		return (beanFactory.containsBeanDefinition(name)
				&& beanFactory.getMergedBeanDefinition(name) instanceof RootBeanDefinition root) ? root : null;
	}

	@Nullable BeanDeclaration read() {
		HeavyIndexOperation marker = markerOnMethod();
		if (this.type != null && IndexOperation.class.isAssignableFrom(this.type)) {
			return readBean(marker);
		}
		if (marker != null) {
			throw new InvalidIndexOperationException(
					"The @Bean method " + this.factoryMethod + " is annotated with @HeavyIndexOperation,"
							+ " but its type is no IndexOperation",
					"Let the method return IndexOperation or one of its kinds, or annotate a class instead.");
		}
		return readClass();
	}

	private BeanDeclaration readBean(@Nullable HeavyIndexOperation marker) {
		requireNoScope();
		IndexOperation operation = StatementReader.check(bean());
		if (marker == null) {
			return new BeanDeclaration(new DeclaredOperation(operation, this.origin, null), List.of());
		}
		IndexDeclaration declaration = IndexDeclaration.of(marker);
		if (!declaration.isEmpty()) {
			throw new InvalidIndexOperationException(
					"@HeavyIndexOperation on the @Bean method " + this.factoryMethod
							+ " sets SQL or attributes of an index, but the bean is the operation",
					"Set only name, dependsOn, dependsOnClass, critical and description there.");
		}
		IndexOperation merged = operation.withOptions(operation.options().overriddenBy(declaration.options()));
		return new BeanDeclaration(new DeclaredOperation(merged, this.origin, null), List.of(marker.dependsOnClass()));
	}

	private @Nullable BeanDeclaration readClass() {
		Class<?> declaringClass = declaringClass();
		if (declaringClass == null) {
			return null;
		}
		HeavyIndexOperation annotation = MergedAnnotations.from(declaringClass)
			.get(HeavyIndexOperation.class)
			.synthesize();
		IndexOperation operation = IndexDeclaration.of(annotation).toOperation();
		return new BeanDeclaration(new DeclaredOperation(operation, this.origin, declaringClass),
				List.of(annotation.dependsOnClass()));
	}

	/**
	 * The annotated class: the bean's, or what stands behind its proxy. A subclass does
	 * not declare the operation of its superclass a second time.
	 */
	private @Nullable Class<?> declaringClass() {
		return Stream.of(Optional.ofNullable(this.type), behindProxy())
			.flatMap(Optional::stream)
			.map(ClassUtils::getUserClass)
			.filter((candidate) -> MergedAnnotations.from(candidate).isPresent(HeavyIndexOperation.class))
			.findFirst()
			.orElse(null);
	}

	private Optional<Class<?>> behindProxy() {
		if (this.factoryMethod != null) {
			return Optional.of(this.factoryMethod.getReturnType());
		}
		RootBeanDefinition definition = this.definition;
		if (definition == null || !definition.hasBeanClass() || definition.getFactoryMethodName() != null) {
			return Optional.empty();
		}
		return Optional.of(definition.getBeanClass());
	}

	private @Nullable HeavyIndexOperation markerOnMethod() {
		if (this.factoryMethod == null) {
			return null;
		}
		MergedAnnotation<HeavyIndexOperation> annotation = MergedAnnotations.from(this.factoryMethod)
			.get(HeavyIndexOperation.class);
		return annotation.isPresent() ? annotation.synthesize() : null;
	}

	private void requireNoScope() {
		BeanDefinition definition = this.definition;
		if (definition != null && !definition.isSingleton() && !definition.isPrototype()) {
			throw new InvalidIndexOperationException("The operation has the scope '" + definition.getScope() + "'",
					"Remove the scope: an operation is declared once for the whole application.");
		}
	}

	private IndexOperation bean() {
		try {
			Object bean = this.beanFactory.getBean(this.beanName);
			if (bean instanceof IndexOperation operation) {
				return operation;
			}
			throw new InvalidIndexOperationException("The bean is null or no IndexOperation",
					"Return an operation, or make the bean conditional.");
		}
		catch (BeanCreationException ex) {
			if (ex.getMostSpecificCause() instanceof InvalidIndexOperationException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
