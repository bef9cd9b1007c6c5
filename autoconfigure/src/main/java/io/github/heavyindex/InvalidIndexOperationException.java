package io.github.heavyindex;

/**
 * A declaration that cannot be an index operation, whatever the database holds.
 *
 * @since 0.1.0
 */
public class InvalidIndexOperationException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Creates a new instance.
	 * @param description what is wrong, naming the thing
	 * @param action what to do about it
	 */
	public InvalidIndexOperationException(String description, String action) {
		super(description);
		this.action = action;
	}

	/**
	 * Creates a new instance.
	 * @param description what is wrong, naming the thing
	 * @param action what to do about it
	 * @param cause the cause
	 */
	public InvalidIndexOperationException(String description, String action, Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	/**
	 * What to do about it.
	 * @return a sentence
	 */
	public String getAction() {
		return this.action;
	}

}
