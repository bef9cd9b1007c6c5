package io.github.heavyindex.faults;

/**
 * What can happen.
 */
enum FaultKind {

	KILL_APPLICATION(true, false),

	TERMINATE_APPLICATION(true, false),

	FREEZE_APPLICATION(true, false),

	CUT_NETWORK(true, false),

	CANCEL_BACKEND(false, true),

	TERMINATE_BACKEND(false, false),

	RESTART_FAST(false, false),

	RESTART_IMMEDIATE(false, false),

	OLD_TRANSACTION(true, false),

	TABLE_LOCK(true, false),

	QUEUED_ALTER(false, false),

	DROP_BY_HAND(false, true),

	CREATE_BY_HAND(false, true),

	FILL_CONNECTIONS(true, false);

	private final boolean buildLives;

	private final boolean needsPerson;

	FaultKind(boolean buildLives, boolean needsPerson) {
		this.buildLives = buildLives;
		this.needsPerson = needsPerson;
	}

	/**
	 * Whether a build that is under way must not be lost to it.
	 */
	boolean buildLives() {
		return this.buildLives;
	}

	/**
	 * Whether operations may end in a state that only a person leads out of.
	 */
	boolean needsPerson() {
		return this.needsPerson;
	}

}
