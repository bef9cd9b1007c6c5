package io.github.heavyindex.sample.write;

import org.jspecify.annotations.Nullable;

/**
 * The answer of {@code /writes}.
 *
 * @param count number of writes since the start
 * @param failures how many of them failed
 * @param lastFailure why the last one of these failed
 * @param slowestMillis the slowest write since the start, in milliseconds
 * @param slowestLastMinuteMillis the slowest write of the last minute, in milliseconds
 */
record WriteReport(long count, long failures, @Nullable String lastFailure, double slowestMillis,
		double slowestLastMinuteMillis) {

}
