package io.github.heavyindex.actuate;

/**
 * Tests for {@link HeavyIndexesPageExtension}.
 */
class HeavyIndexesPageTests extends AbstractHeavyIndexesPageTests {

	HeavyIndexesPageTests() {
		super("servlet");
	}

}
