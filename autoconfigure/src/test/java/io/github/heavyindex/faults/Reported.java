package io.github.heavyindex.faults;

/**
 * What an application says of one operation.
 *
 * @param name the operation's name
 * @param state its state
 * @param completed whether the application may rely on the index
 * @param adopted whether the work was found done or under way
 * @param drift what differs after completion, or {@code null} in letters
 * @param pid the server session at work, or {@code null} in letters
 * @param waitingFor why it waits, or {@code null} in letters
 * @param error the last error, or {@code null} in letters
 */
record Reported(String name, String state, boolean completed, boolean adopted, String drift, String pid,
		String waitingFor, String error) {

	static Reported of(String line) {
		String[] fields = line.split("\t");
		return new Reported(fields[1], fields[2], Boolean.parseBoolean(fields[3]), Boolean.parseBoolean(fields[4]),
				fields[5], fields[6], fields[7], fields[8]);
	}

	boolean drifted() {
		return !this.drift.equals("null");
	}

	/**
	 * Whether it goes no further without a person.
	 */
	boolean needsPerson() {
		return this.state.equals("FAILED") || this.state.equals("CANCELLED") || drifted();
	}

}
