package io.github.heavyindex.operation;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.target.SingletonTargetSource;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.stereotype.Component;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.HeavyIndexOperation;
import io.github.heavyindex.HeavyIndexPrerequisite;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.InvalidIndexOperationException;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.operation.scanned.ScannedOperations.CreateLogsAddressIndex;
import io.github.heavyindex.operation.scanned.ScannedOperations.DropLogsOldIndex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OperationDiscovery}.
 */
class OperationDiscoveryTests {

	@Test
	void scannedClassesAreFoundLazyAndConditionalOnesToo() {
		try (AnnotationConfigApplicationContext context = context(Scanning.class)) {
			assertThat(context.getBeanNamesForType(CreateLogsAddressIndex.class))
				.containsExactly("scannedOperations.CreateLogsAddressIndex");
			DeclaredOperations operations = discover(context);
			assertThat(operations.operations()).extracting(IndexOperation::name)
				.containsExactlyInAnyOrder("create_logs_address_idx", "drop_logs_old_idx", "create_logs_block_idx");
			assertThat(operations.nameOf(CreateLogsAddressIndex.class)).isEqualTo("create_logs_address_idx");
			assertThat(operations.dependenciesOf("drop_logs_old_idx")).containsExactly("create_logs_address_idx");
			assertThat(operations.nameOf(DropLogsOldIndex.class)).isEqualTo("drop_logs_old_idx");
			IndexOperation block = operations.find("create_logs_block_idx").orElseThrow();
			assertThat(block.options().critical()).isTrue();
			assertThat(block.options().description()).isEqualTo("Log feed by block");
			assertThat(block.sql()).endsWith("(block_number DESC, index DESC)");
		}
	}

	@Test
	void aConditionalClassIsFoundWhenItsConditionHolds() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.setEnvironment(new MockEnvironment().withProperty("with-conditional", "true"));
			context.register(Scanning.class);
			context.refresh();
			assertThat(discover(context).find("drop_conditional_idx")).isPresent();
		}
	}

	@Test
	void beanMethodsAreFoundAndTheirAnnotationsWinOverTheBuilder() {
		try (AnnotationConfigApplicationContext context = context(BeanMethods.class)) {
			DeclaredOperations operations = discover(context);
			assertThat(operations.operations()).extracting(IndexOperation::name)
				.containsExactly("plain", "create_static_idx", "from_annotation", "create_lazy_idx",
						"create_from_factory_bean");
			OperationOptions options = operations.find("from_annotation").orElseThrow().options();
			assertThat(options.critical()).isTrue();
			assertThat(options.description()).isEqualTo("said by the annotation");
			assertThat(options.dependsOn()).containsExactly("plain", "backfill");
			assertThat(options.rebuildWhenBloat()).isEqualTo(30);
			assertThat(operations.dependenciesOf("from_annotation")).containsExactly("plain");
			assertThat(operations.prerequisites()).containsOnlyKeys("backfill");
			assertThat(operations.declared()).extracting(DeclaredOperation::origin).contains("bean 'annotated'");
		}
	}

	@Test
	void theSameIsFoundUnderLazyInitializationAndNothingElseIsCreated() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			context.register(Scanning.class, BeanMethods.class, NotOurBusiness.class);
			context.refresh();
			assertThat(discover(context).operations()).hasSize(8);
			assertThat(context.getBeanFactory().containsSingleton("untouched")).isFalse();
		}
	}

	@Test
	void factoryBeansAreNotInitialisedToFindOutWhatTheyMake() {
		try (AnnotationConfigApplicationContext context = context(NotOurBusiness.class)) {
			assertThat(discover(context).operations()).isEmpty();
		}
	}

	@Test
	@Tag("timed")
	@CompileWithForkedClassLoader
	void theSameIsFoundAfterAheadOfTimeProcessing() {
		GenericApplicationContext context = new AnnotationConfigApplicationContext();
		((AnnotationConfigApplicationContext) context).register(Scanning.class, BeanMethods.class);
		TestGenerationContext generation = new TestGenerationContext();
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext generated = new GenericApplicationContext()) {
				@SuppressWarnings("unchecked")
				ApplicationContextInitializer<GenericApplicationContext> instance = compiled
					.getInstance(ApplicationContextInitializer.class, initializer.canonicalName());
				instance.initialize(generated);
				generated.refresh();
				DeclaredOperations operations = discover(generated);
				assertThat(operations.operations()).hasSize(8);
				assertThat(operations.nameOf(CreateLogsAddressIndex.class)).isEqualTo("create_logs_address_idx");
				assertThat(operations.find("from_annotation")).isPresent();
			}
		});
	}

	@Test
	void ancestorsAreSearchedAndABeanHidesThatOfItsParent() {
		try (AnnotationConfigApplicationContext parent = context(Parent.class);
				AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(parent);
			child.register(Child.class);
			child.refresh();
			assertThat(discover(child).operations()).extracting(IndexOperation::name)
				.containsExactlyInAnyOrder("child", "only_in_parent");
			assertThat(discover(parent).operations()).extracting(IndexOperation::name)
				.containsExactlyInAnyOrder("parent", "only_in_parent");
		}
	}

	@Test
	void aProxiedClassAndAConfigurationClassAreFoundByTheirOwnType() {
		try (AnnotationConfigApplicationContext context = context(Proxied.class, ProxyingPostProcessor.class,
				AnnotatedConfiguration.class)) {
			assertThat(context.getBean("proxied")).isNotInstanceOf(Proxied.class);
			DeclaredOperations operations = discover(context);
			assertThat(operations.nameOf(Proxied.class)).isEqualTo("drop_proxied");
			assertThat(operations.nameOf(AnnotatedConfiguration.class)).isEqualTo("drop_configuration");
			Object enhanced = context.getBean(AnnotatedConfiguration.class);
			assertThat(operations.nameOf(enhanced.getClass())).isEqualTo("drop_configuration");
		}
	}

	@Test
	void aProxiedClassThatABeanMethodMakesIsFoundByTheMethodsType() {
		try (AnnotationConfigApplicationContext context = context(ProxiedFromBeanMethod.class,
				ProxyingPostProcessor.class)) {
			assertThat(context.getBean("made")).isNotInstanceOf(Proxied.class);
			assertThat(discover(context).nameOf(Proxied.class)).isEqualTo("drop_proxied");
		}
	}

	@Test
	void aSingletonBehindAScopedProxyIsFoundOnce() {
		try (AnnotationConfigApplicationContext context = context(ScopedProxyOfASingleton.class)) {
			assertThat(context.getBeanFactory().getSingletonNames()).contains("scopedTarget.behindProxy");
			assertThat(discover(context).operations()).extracting(IndexOperation::name)
				.containsExactly("create_scoped_idx");
		}
	}

	@Test
	void beanFactoriesWithoutAContextAreSearchedToo() {
		DefaultListableBeanFactory parent = new DefaultListableBeanFactory();
		parent.registerSingleton("inParent", DropIndex.named("x").build());
		DefaultListableBeanFactory child = new DefaultListableBeanFactory(parent);
		child.registerSingleton("inChild", DropIndex.named("y").build());
		assertThat(new OperationDiscovery(child).discover(Map.of()).operations()).extracting(IndexOperation::name)
			.containsExactly("drop_y", "drop_x");
	}

	@Test
	void anAnnotationSaysHowLongAndWhatOfAnotherDefinition() {
		try (AnnotationConfigApplicationContext context = context(WithOptions.class)) {
			OperationOptions options = discover(context).find("create_x").orElseThrow().options();
			assertThat(options.maxDuration()).isEqualTo(Duration.ofHours(4));
			assertThat(options.onMismatch()).isEqualTo(OnMismatch.REPLACE);
		}
	}

	@Test
	void aSubclassDoesNotDeclareTheOperationOfItsSuperclassAgain() {
		try (AnnotationConfigApplicationContext context = context(Super.class, Sub.class, Composed.class)) {
			assertThat(discover(context).operations()).extracting(IndexOperation::name)
				.containsExactly("drop_super", "drop_composed");
		}
	}

	@Test
	void aClassThatABeanMethodMakesIsFoundWithoutMakingIt() {
		try (AnnotationConfigApplicationContext context = context(ClassFromBeanMethod.class)) {
			assertThat(discover(context).nameOf(Super.class)).isEqualTo("drop_super");
		}
	}

	@Test
	void singletonsWithoutDefinitionAreFound() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getBeanFactory().registerSingleton("annotated", new Super());
			context.getBeanFactory().registerSingleton("operation", DropIndex.named("x").build());
			context.refresh();
			assertThat(discover(context).operations()).extracting(IndexOperation::name)
				.containsExactly("drop_super", "drop_x");
		}
	}

	@Test
	void propertiesAreFoundAndMayDependOnBeans() {
		try (AnnotationConfigApplicationContext context = context(Super.class)) {
			OperationOptions options = new OperationOptions("from_yaml", Set.of("drop_super"), false, null, null, false,
					null, null, null);
			DeclaredOperations operations = new OperationDiscovery(context)
				.discover(Map.of("heavy-index.operations.from_yaml", sql("DROP INDEX y", options)));
			assertThat(operations.ancestorsOf("from_yaml")).containsExactly("drop_super");
			assertThatExceptionOfType(OperationDeclarationException.class)
				.isThrownBy(() -> new OperationDiscovery(context)
					.discover(Map.of("heavy-index.operations.bad", sql("SELECT 1", options))))
				.withMessageStartingWith("property 'heavy-index.operations.bad': The statement 'SELECT 1'");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { NoIndexOperation.class, SqlOnBeanMethod.class, AttributesOnBeanMethod.class,
			BuilderThatFails.class, NullBean.class, ScopedOperation.class, SmuggledStatement.class, BadStatement.class,
			SqlAndAttributes.class, NoStatement.class, BadDuration.class, TwoMismatches.class, AllBloat.class,
			BloatOfADrop.class, UnknownClass.class })
	void aDeclarationThatCannotBeUsedFailsAndNamesItsBean(Class<?> configuration) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			context.register(configuration);
			context.refresh();
			String reason = configuration.getAnnotation(Reason.class).value();
			assertThatExceptionOfType(OperationDeclarationException.class).isThrownBy(() -> discover(context))
				.withMessageStartingWith("bean '")
				.withMessageContaining("bad")
				.withMessageContaining(reason)
				.satisfies((ex) -> assertThat(ex.getAction()).endsWith("."));
		}
	}

	@Test
	void twoBeansOfOneClassAreADuplicate() {
		try (AnnotationConfigApplicationContext context = context(Super.class)) {
			context.registerBean("again", Super.class);
			assertThatExceptionOfType(OperationDeclarationException.class).isThrownBy(() -> discover(context))
				.withMessageContaining("bean 'again': The name 'drop_super' is also that of bean '");
		}
	}

	@Test
	@Timeout(10)
	void aThousandBeansAndTenThousandPropertiesAreNoBurden() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			for (int i = 0; i < 1_000; i++) {
				IndexOperation operation = DropIndex.named("bean_" + i).build();
				context.registerBean("operation" + i, IndexOperation.class, () -> operation);
			}
			context.refresh();
			Map<String, IndexDeclaration> properties = new LinkedHashMap<>();
			for (int i = 0; i < 10_000; i++) {
				String dependency = (i > 0) ? "p" + (i - 1) : "drop_bean_999";
				OperationOptions options = new OperationOptions("p" + i, Set.of(dependency), false, null, null, false,
						null, null, null);
				properties.put("heavy-index.operations.p" + i,
						sql("CREATE INDEX i" + i + " ON t (a) WHERE b = 'x'", options));
			}
			DeclaredOperations operations = new OperationDiscovery(context).discover(properties);
			assertThat(operations.operations()).hasSize(11_000);
			assertThat(operations.ancestorsOf("p9999")).hasSize(10_000).endsWith("drop_bean_999");
		}
	}

	@Test
	void prerequisitesOfAncestorsAndBehindProxiesAreFoundOnce() {
		try (AnnotationConfigApplicationContext parent = context(BeanMethods.class);
				AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext()) {
			child.setParent(parent);
			child.register(ProxiedPrerequisite.class);
			child.refresh();
			assertThat(discover(child).prerequisites()).containsOnlyKeys("backfill", "behind proxy");
		}
	}

	@Test
	void aFailureThatIsNotOursIsNotHidden() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor());
			context.registerBean("broken", DropIndex.class, () -> {
				throw new IllegalStateException("no network");
			});
			context.refresh();
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> discover(context))
				.isNotInstanceOf(InvalidIndexOperationException.class)
				.withStackTraceContaining("no network");
		}
	}

	private static AnnotationConfigApplicationContext context(Class<?>... classes) {
		return new AnnotationConfigApplicationContext(classes);
	}

	private static DeclaredOperations discover(GenericApplicationContext context) {
		return new OperationDiscovery(context).discover(Map.of());
	}

	private static IndexDeclaration sql(String sql, OperationOptions options) {
		return new IndexDeclaration(sql, "", "", List.of(), "", false, "", List.of(), options);
	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface Reason {

		String value();

	}

	@Configuration(proxyBeanMethods = false)
	@ComponentScan("io.github.heavyindex.operation.scanned")
	static class Scanning {

	}

	@Configuration(proxyBeanMethods = false)
	static class BeanMethods {

		@Bean
		IndexOperation unannotated() {
			return CreateIndex.named("plain_idx").on("t").columns("a").name("plain").build();
		}

		@Bean
		@HeavyIndexOperation
		static CreateIndex annotatedStatic() {
			return CreateIndex.named("static_idx").on("t").columns("a").build();
		}

		@Bean
		@HeavyIndexOperation(name = "from_annotation", dependsOn = "backfill", critical = true,
				description = "said by the annotation", rebuildWhenBloat = 30)
		IndexOperation annotated() {
			return RebuildIndex.named("rebuilt")
				.name("from_builder")
				.dependsOn("plain")
				.description("said by the builder")
				.whenBloat(60)
				.build();
		}

		@Bean
		@Lazy
		@HeavyIndexOperation
		IndexOperation lazy() {
			return CreateIndex.named("lazy_idx").on("t").columns("a").build();
		}

		@Bean
		FactoryBean<CreateIndex> factory() {
			return new FactoryBean<>() {

				@Override
				public CreateIndex getObject() {
					return CreateIndex.named("from_factory_bean").on("t").columns("a").build();
				}

				@Override
				public Class<?> getObjectType() {
					return CreateIndex.class;
				}

			};
		}

		@Bean
		HeavyIndexPrerequisite backfill() {
			return new HeavyIndexPrerequisite() {

				@Override
				public String name() {
					return "backfill";
				}

				@Override
				public boolean isComplete() {
					return false;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxiedPrerequisite {

		@Bean
		@Scope(value = "prototype", proxyMode = ScopedProxyMode.INTERFACES)
		static HeavyIndexPrerequisite proxied() {
			return new HeavyIndexPrerequisite() {

				@Override
				public String name() {
					return "behind proxy";
				}

				@Override
				public boolean isComplete() {
					return true;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NotOurBusiness {

		@Bean
		@Lazy
		Object untouched() {
			throw new IllegalStateException("a bean was created that is no operation");
		}

		@Bean
		@Lazy
		FactoryBean<?> untouchedFactory() {
			throw new IllegalStateException("a factory bean was initialised");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Parent {

		@Bean
		IndexOperation hidden() {
			return DropIndex.named("x").name("parent").build();
		}

		@Bean
		IndexOperation seen() {
			return DropIndex.named("y").name("only_in_parent").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Child {

		@Bean
		IndexOperation hidden() {
			return DropIndex.named("x").name("child").build();
		}

	}

	@HeavyIndexOperation(value = "DROP INDEX proxied")
	@Component("proxied")
	static class Proxied implements Runnable {

		@Override
		public void run() {
		}

	}

	static class ProxyingPostProcessor implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			return (bean instanceof Proxied)
					? new ProxyFactory(Runnable.class, new SingletonTargetSource(bean)).getProxy() : bean;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProxiedFromBeanMethod {

		@Bean
		static Proxied made() {
			return new Proxied();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ScopedProxyOfASingleton {

		@Bean
		@Scope(proxyMode = ScopedProxyMode.INTERFACES)
		static IndexOperation behindProxy() {
			return CreateIndex.named("scoped_idx").on("t").columns("a").build();
		}

	}

	@HeavyIndexOperation(sql = "CREATE INDEX x ON t (a)", maxDuration = "4h", onMismatch = OnMismatch.REPLACE)
	static class WithOptions {

	}

	@Configuration
	@HeavyIndexOperation("DROP INDEX configuration")
	static class AnnotatedConfiguration {

	}

	@HeavyIndexOperation("DROP INDEX super")
	static class Super {

	}

	static class Sub extends Super {

	}

	@HeavyIndexOperation("DROP INDEX composed")
	@Retention(RetentionPolicy.RUNTIME)
	@interface ComposedAnnotation {

	}

	@ComposedAnnotation
	static class Composed {

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassFromBeanMethod {

		@Bean
		@Lazy
		Super marker() {
			throw new IllegalStateException("a marker was created");
		}

	}

	@Reason("its type is no IndexOperation")
	static class NoIndexOperation {

		@Bean
		@HeavyIndexOperation
		String bad() {
			return "DROP INDEX x";
		}

	}

	@Reason("sets SQL or attributes")
	static class SqlOnBeanMethod {

		@Bean
		@HeavyIndexOperation("DROP INDEX y")
		IndexOperation bad() {
			return DropIndex.named("x").build();
		}

	}

	@Reason("sets SQL or attributes")
	static class AttributesOnBeanMethod {

		@Bean
		@HeavyIndexOperation(unique = true)
		IndexOperation bad() {
			return DropIndex.named("x").build();
		}

	}

	@Reason("has no table or no columns")
	static class BuilderThatFails {

		@Bean
		IndexOperation bad() {
			return CreateIndex.named("x").build();
		}

	}

	@Reason("The bean is null")
	static class NullBean {

		@Bean
		@SuppressWarnings("NullAway")
		@Nullable IndexOperation bad() {
			return null;
		}

	}

	@Reason("has the scope 'request'")
	static class ScopedOperation {

		@Bean
		@Scope(value = "request", proxyMode = ScopedProxyMode.TARGET_CLASS)
		static IndexOperation bad() {
			return DropIndex.named("x").build();
		}

	}

	@Reason("more than one statement")
	static class SmuggledStatement {

		@Bean
		IndexOperation bad() {
			return CreateIndex.named("x").on("t").columns("a); DROP TABLE t; --").build();
		}

	}

	@Reason("is no index operation")
	@HeavyIndexOperation("SELECT 'bad'")
	static class BadStatement {

	}

	@Reason("SQL and attributes are set together")
	@HeavyIndexOperation(sql = "DROP INDEX bad", where = "a > 0")
	static class SqlAndAttributes {

	}

	@Reason("Neither a statement")
	@HeavyIndexOperation(name = "bad")
	@Component("bad")
	static class NoStatement {

	}

	@Reason("'maxDuration' is no duration")
	@HeavyIndexOperation(sql = "DROP INDEX x", maxDuration = "bad")
	static class BadDuration {

	}

	@Reason("'onMismatch' has 2 values")
	@HeavyIndexOperation(sql = "DROP INDEX bad", onMismatch = { OnMismatch.FAIL, OnMismatch.REPLACE })
	@Component("bad")
	static class TwoMismatches {

	}

	@Reason("is 100, no percentage from 1 to 99")
	@HeavyIndexOperation(sql = "REINDEX INDEX bad", rebuildWhenBloat = 100)
	static class AllBloat {

	}

	@Reason("has rebuild-when-bloat, but is no REINDEX INDEX")
	@HeavyIndexOperation(sql = "DROP INDEX bad", rebuildWhenBloat = 50)
	static class BloatOfADrop {

	}

	@Reason("which is no bean that declares an operation")
	@HeavyIndexOperation(sql = "DROP INDEX bad", dependsOnClass = Duration.class)
	static class UnknownClass {

	}

}
