package io.github.heavyindex;

/**
 * An action does not fit the operation's state, or cannot be recorded now. The message
 * says why.
 *
 * @since 0.1.0
 */
public class ActionRefusedException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates a new instance.
	 * @param message why the action is refused
	 */
	public ActionRefusedException(String message) {
		super(message);
	}

}
