package io.github.heavyindex;

/**
 * An operation ended without reaching its goal, or the application closed before it did.
 *
 * @since 0.1.0
 */
public class HeavyIndexOperationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates a new instance.
	 * @param message what happened
	 */
	public HeavyIndexOperationException(String message) {
		super(message);
	}

}
