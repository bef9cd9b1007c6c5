package io.github.heavyindex;

/**
 * Something that is no index operation, but that operations may depend on by its name, as
 * a data backfill. Any bean of this type is one.
 *
 * @since 0.1.0
 */
public interface HeavyIndexPrerequisite {

	/**
	 * The name that operations depend on; it must not change.
	 * @return a name that no operation has
	 */
	String name();

	/**
	 * Whether the prerequisite is met. Asked on the background thread, about once per
	 * {@code heavy-index.poll-interval} until it is met; it should be quick. Of several
	 * instances that declare the same, the one that looks at the database for all asks,
	 * and all where it throws there. Where operations on several databases depend on it,
	 * the loop of each asks, and it must be thread-safe. What it throws is shown as what
	 * the dependent operations wait for.
	 * @return whether dependent operations may start
	 */
	boolean isComplete();

}
