package io.github.heavyindex.actuate;

/**
 * Tests for {@link ReactiveHeavyIndexesPageExtension}.
 */
class ReactiveHeavyIndexesPageTests extends AbstractHeavyIndexesPageTests {

	ReactiveHeavyIndexesPageTests() {
		super("reactive");
	}

}
