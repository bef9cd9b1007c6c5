package io.github.heavyindex;

import java.util.Map;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The arrows between the packages, and what every package must have.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.heavyindex";

	/**
	 * Each package but the one that puts everything together, with those it may use.
	 */
	private static final Map<String, Set<String>> ARROWS = Map.of(ROOT, Set.of(), //
			ROOT + ".operation", Set.of(ROOT), //
			ROOT + ".decision", Set.of(ROOT), //
			ROOT + ".postgres", Set.of(ROOT, ROOT + ".decision"), //
			ROOT + ".history", Set.of(ROOT), //
			ROOT + ".execution",
			Set.of(ROOT, ROOT + ".operation", ROOT + ".decision", ROOT + ".postgres", ROOT + ".history"), //
			ROOT + ".actuate", Set.of(ROOT));

	private static final String TOP = ROOT + ".autoconfigure";

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	private static final JavaClasses TESTS = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
		.importPackages(ROOT);

	@TestFactory
	Iterable<DynamicTest> arrows() {
		return ARROWS.entrySet()
			.stream()
			.map((arrow) -> DynamicTest.dynamicTest(arrow.getKey(),
					() -> arrow(arrow.getKey(), arrow.getValue()).check(MAIN)))
			.toList();
	}

	@Test
	void thePackagesAreThoseOfTheHouse() {
		assertThat(MAIN.stream().map(JavaClass::getPackageName).distinct()).as("packages")
			.hasSize(ARROWS.size() + 1)
			.allMatch((name) -> ARROWS.containsKey(name) || name.equals(TOP));
	}

	@Test
	void aForbiddenArrowIsFound() {
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> arrow(ROOT + ".execution", Set.of(ROOT)).check(MAIN))
			.withMessageContaining(ROOT + ".postgres");
	}

	@Test
	void noPackageCycles() {
		SlicesRuleDefinition.slices().matching("io.github.(heavyindex..)").should().beFreeOfCycles().check(MAIN);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(MAIN.stream().map(JavaClass::getPackage).distinct()).as("packages")
			.isNotEmpty()
			.allMatch((JavaPackage each) -> each.isAnnotatedWith(NullMarked.class));
	}

	@Test
	void oneWayToLog() {
		GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(MAIN);
		// but for the report of a job or a check, which is printed
		GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS
			.check(MAIN.that(DescribedPredicate.not(JavaClass.Predicates.simpleName("Terminal"))));
	}

	@Test
	void noOtherDatabaseIsEverUsed() {
		noClasses().should().dependOnClassesThat().resideInAnyPackage("org.h2..", "org.hsqldb..").check(MAIN);
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.h2..", "org.hsqldb..", "org.mockito..")
			.check(TESTS);
		assertThat(getClass().getClassLoader().getResource("org/h2/Driver.class")).isNull();
	}

	@Test
	void onlyTheActuatorPartsNeedTheActuator() {
		noClasses().that()
			.resideOutsideOfPackages(ROOT + ".actuate", TOP)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..",
					"io.micrometer..")
			.check(MAIN);
	}

	@Test
	void theDecisionsAreAPureFunction() {
		noClasses().that()
			.resideInAPackage(ROOT + ".decision")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.sql..", "javax.sql..", "java.io..", "java.net..", "org.springframework.beans..",
					"org.springframework.boot..", "org.springframework.context..", "org.springframework.dao..",
					"org.springframework.jdbc..", "org.springframework.scheduling..", "java.util.concurrent..")
			.orShould()
			.callMethod(java.time.Instant.class, "now")
			.orShould()
			.callMethod(System.class, "currentTimeMillis")
			.check(MAIN);
	}

	@Test
	void whatIsPublicOutsideOfTheRootIsUsedByAnotherPackage() {
		classes().that()
			.arePublic()
			.and()
			.areTopLevelClasses()
			.and(DescribedPredicate.describe(
					"are no exceptions, and neither the application's nor Spring Boot's to use",
					(type) -> !type.getPackageName().equals(ROOT) && !type.getPackageName().equals(TOP)
							&& !type.getSimpleName().equals("package-info") && !type.isAssignableTo(Throwable.class)))
			.should(beUsedByAnotherPackage())
			.check(MAIN);
	}

	private static ArchRule arrow(String from, Set<String> to) {
		return noClasses()
			.that(DescribedPredicate.describe("reside exactly in " + from,
					(JavaClass type) -> type.getPackageName().equals(from)))
			.should()
			.dependOnClassesThat(DescribedPredicate.describe("are ours, in another package than " + to,
					(JavaClass type) -> type.getPackageName().startsWith(ROOT) && !type.getPackageName().equals(from)
							&& !to.contains(type.getPackageName())));
	}

	private static ArchCondition<JavaClass> beUsedByAnotherPackage() {
		return new ArchCondition<>("be used by another package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean used = type.getDirectDependenciesToSelf()
					.stream()
					.anyMatch((
							dependency) -> !dependency.getOriginClass().getPackageName().equals(type.getPackageName()));
				events.add(new SimpleConditionEvent(type, used,
						type.getName() + (used ? " is used" : " is public, but no other package uses it")));
			}

		};
	}

}
