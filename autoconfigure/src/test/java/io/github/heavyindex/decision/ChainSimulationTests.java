package io.github.heavyindex.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * From wherever a chain is found, and whatever becomes of attempts, applications and
 * rows, it ends where it should; nothing counts as completed that is not, and no good
 * index is dropped.
 */
class ChainSimulationTests {

	private static final int SEEDS = 20;

	private static final String OLD = "(old)";

	private static final String NEW = "(new)";

	static Stream<Arguments> beginnings() {
		List<Arguments> all = new ArrayList<>();
		for (Standing x : Standing.values()) {
			for (Standing second : List.of(Standing.ABSENT, Standing.UNREADY, Standing.INVALID, Standing.NEW)) {
				for (String schema : List.of("", "public.")) {
					all.add(arguments(x, second, schema));
				}
			}
		}
		return all.stream();
	}

	@ParameterizedTest
	@MethodSource("beginnings")
	void aReplacementEndsWithTheNewIndex(Standing x, Standing second, String schema) {
		for (int seed = 0; seed < SEEDS; seed++) {
			World world = new World().declare(World.create("create", "x_2nd", "t", NEW),
					World.drop("drop", schema + "x", "create"), World.rename("rename", schema + "x_2nd", "x", "drop"));
			world.table("t");
			x.in(world, "x");
			second.in(world, "x_2nd");
			new Simulation(world, seed).precious(NEW::equals)
				.truth("create", (now) -> now.stands("x", NEW) || now.stands("x_2nd", NEW))
				.truth("drop", (now) -> now.find("x") == null || now.stands("x", NEW))
				.truth("rename", (now) -> now.stands("x", NEW) && now.find("x_2nd") == null)
				.run();
			assertThat(world.stands("x", NEW)).isTrue();
			assertThat(world.find("x_2nd")).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("beginnings")
	void aDropAndCreationUnderOneNameEndsWithTheNewIndex(Standing x, Standing ignored, String schema) {
		for (int seed = 0; seed < SEEDS; seed++) {
			World world = new World().declare(World.drop("drop", schema + "x"),
					World.create("create", "x", "t", NEW, "drop"));
			world.table("t");
			x.in(world, "x");
			new Simulation(world, seed).precious(NEW::equals)
				.truth("create", (now) -> now.stands("x", NEW))
				.truth("drop", (now) -> !now.stands("x", OLD))
				.run();
			assertThat(world.stands("x", NEW)).isTrue();
		}
	}

	@ParameterizedTest
	@MethodSource("beginnings")
	void aDropThatComesFirstEndsWithTheNewIndex(Standing x, Standing second, String schema) {
		for (int seed = 0; seed < SEEDS; seed++) {
			World world = new World().declare(World.drop("drop", schema + "x"),
					World.create("create", "x_2nd", "t", NEW, "drop"),
					World.rename("rename", schema + "x_2nd", "x", "create"));
			world.table("t");
			x.in(world, "x");
			second.in(world, "x_2nd");
			new Simulation(world, seed).truth("rename", (now) -> now.stands("x", NEW)).run();
			assertThat(world.stands("x", NEW)).isTrue();
			assertThat(world.find("x_2nd")).isNull();
		}
	}

	@Test
	void anIndexForATimeStandsUntilItsTimeIsOver() {
		for (int seed = 0; seed < 20 * SEEDS; seed++) {
			World world = new World().declare(World.create("create", "x", "t", NEW),
					World.drop("drop", "x", "create", "backfill"));
			world.table("t");
			new Simulation(world, seed).metLater("backfill")
				.truth("create",
						(now) -> now.unmet.isEmpty() || now.stands("x", NEW) || now.recorded.containsKey("drop"))
				.truth("drop", (now) -> now.find("x") == null)
				.run();
			assertThat(world.find("x")).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "c" })
	void anIndexThatAConstraintTakesEndsAsTheConstraint(String constraint) {
		for (int seed = 0; seed < 20 * SEEDS; seed++) {
			World world = new World().declare(World.create("create", "x", "t", NEW),
					World.constraint("add", constraint, "t", Kind.UNIQUE, "x", "create"));
			world.table("t");
			new Simulation(world, seed).precious(NEW::equals)
				.truth("create", (now) -> now.stands("x", NEW) || now.stands(constraint, NEW))
				.truth("add", (now) -> now.stands(constraint, NEW) && now.isConstraint(constraint))
				.run();
			assertThat(world.isConstraint(constraint)).isTrue();
			assertThat(world.count(NEW)).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@MethodSource("beginnings")
	void anIndexReplacedByAConstraintEndsAsTheConstraint(Standing x, Standing second, String schema) {
		for (int seed = 0; seed < SEEDS; seed++) {
			World world = new World().declare(World.create("create", "x_2nd", "t", NEW),
					World.drop("drop", schema + "x", "create"),
					World.constraint("add", "x", schema + "t", Kind.UNIQUE, "x_2nd", "drop"));
			world.table("t");
			x.in(world, "x");
			second.in(world, "x_2nd");
			new Simulation(world, seed).truth("add", (now) -> now.isConstraint("x") && now.stands("x", NEW)).run();
			assertThat(world.isConstraint("x")).isTrue();
			assertThat(world.find("x_2nd")).isNull();
		}
	}

	@Test
	void anIndexRenamedTwiceBearsItsLastName() {
		for (int seed = 0; seed < 20 * SEEDS; seed++) {
			World world = new World().declare(World.create("create", "a", "t", NEW),
					World.rename("first", "a", "b", "create"), World.rename("second", "b", "c", "first"));
			world.table("t");
			new Simulation(world, seed)
				.truth("create", (now) -> now.stands("a", NEW) || now.stands("b", NEW) || now.stands("c", NEW))
				.truth("first", (now) -> now.stands("b", NEW) || now.stands("c", NEW))
				.truth("second", (now) -> now.stands("c", NEW))
				.run();
			assertThat(world.stands("c", NEW)).isTrue();
			assertThat(world.find("a")).isNull();
			assertThat(world.find("b")).isNull();
		}
	}

	@ParameterizedTest
	@MethodSource("beginnings")
	void twoReplacementsEndWithTheLastIndex(Standing x, Standing second, String schema) {
		for (int seed = 0; seed < SEEDS; seed++) {
			World world = new World().declare(World.create("c1", "x_2nd", "t", NEW),
					World.drop("d1", schema + "x", "c1"), World.rename("r1", schema + "x_2nd", "x", "d1"),
					World.create("c2", "x_3rd", "t", "(third)", "r1"), World.drop("d2", schema + "x", "c2"),
					World.rename("r2", schema + "x_3rd", "x", "d2"));
			world.table("t");
			x.in(world, "x");
			second.in(world, "x_2nd");
			new Simulation(world, seed).losingAllRowsAtOnce()
				.precious("(third)"::equals)
				.truth("r1", (now) -> now.find("x_2nd") == null)
				.truth("c2", (now) -> now.stands("x", "(third)") || now.stands("x_3rd", "(third)"))
				.truth("r2", (now) -> now.stands("x", "(third)"))
				.run();
			assertThat(world.stands("x", "(third)")).isTrue();
			assertThat(world.find("x_2nd")).isNull();
			assertThat(world.find("x_3rd")).isNull();
		}
	}

	enum Standing {

		ABSENT, UNREADY, INVALID, OLD, NEW;

		void in(World world, String name) {
			switch (this) {
				case ABSENT -> {
				}
				case UNREADY -> world.index(name, "t", ChainSimulationTests.OLD).unready();
				case INVALID -> world.index(name, "t", ChainSimulationTests.NEW).invalid();
				case OLD -> world.index(name, "t", ChainSimulationTests.OLD);
				case NEW -> world.uncompared(world.index(name, "t", ChainSimulationTests.NEW));
			}
		}

	}

}
