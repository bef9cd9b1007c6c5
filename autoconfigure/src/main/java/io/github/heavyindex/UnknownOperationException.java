package io.github.heavyindex;

/**
 * No operation of that name is declared.
 *
 * @since 0.1.0
 */
public class UnknownOperationException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates a new instance.
	 * @param message which name is unknown, and which are known
	 */
	public UnknownOperationException(String message) {
		super(message);
	}

}
