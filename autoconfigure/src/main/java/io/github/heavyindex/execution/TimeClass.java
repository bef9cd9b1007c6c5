package io.github.heavyindex.execution;

import org.springframework.util.unit.DataSize;

/**
 * About how long an operation takes, waits for other transactions not counted. A build
 * reads its table twice and sorts; at some 20 MB of table a second, which modest hardware
 * does, 1 GB is a minute's work, and 64 GB is an hour's.
 */
enum TimeClass {

	/**
	 * Up to about a minute: builds on tables of less than 1 GB, and all that reads no
	 * table.
	 */
	SECONDS,

	/**
	 * Up to about an hour: builds on tables of less than 64 GB.
	 */
	MINUTES,

	/**
	 * Longer.
	 */
	HOURS;

	private static final DataSize A_MINUTE = DataSize.ofGigabytes(1);

	private static final DataSize AN_HOUR = DataSize.ofGigabytes(64);

	static TimeClass ofBuild(long tableBytes) {
		if (tableBytes < A_MINUTE.toBytes()) {
			return SECONDS;
		}
		return (tableBytes < AN_HOUR.toBytes()) ? MINUTES : HOURS;
	}

}
