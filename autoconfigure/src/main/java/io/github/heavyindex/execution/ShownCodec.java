package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.List;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.Drift;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationProgress;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import org.jspecify.annotations.Nullable;

/**
 * Writes what instances of an application show each other, and reads it again. What is
 * declared is not written: both sides have it. Who changes what is written here changes
 * {@link #FORMAT}, so that an earlier version does not read it.
 */
final class ShownCodec {

	/**
	 * What tells the formats of different versions apart.
	 */
	static final int FORMAT = 1;

	private ShownCodec() {
	}

	static byte[] status(OperationStatus status) {
		return new Packer().orNull(status.table(), Packer::text)
			.text(status.sql())
			.text(status.state().name())
			.orNull(status.waitingFor(), Packer::text)
			.bool(status.adopted())
			.orNull((status.drift() != null) ? status.drift().name() : null, Packer::text)
			.integer(status.attempts())
			.orNull(status.startedAt(), Packer::instant)
			.orNull(status.finishedAt(), Packer::instant)
			.orNull(status.duration(), Packer::duration)
			.orNull(status.instance(), Packer::text)
			.orNull(status.progress(), ShownCodec::progress)
			.orNull(status.lastError(), Packer::text)
			.orNull(status.indexSize(), Packer::number)
			.orNull(status.tableSize(), Packer::number)
			.bool(status.rollingBack())
			.toBytes();
	}

	/**
	 * Reads what {@link #status} wrote.
	 * @param declared the same operation as it is declared here
	 */
	static OperationStatus status(byte[] bytes, OperationStatus declared) {
		Unpacker in = new Unpacker(bytes);
		return new OperationStatus(declared.name(), declared.type(), in.orNull(Unpacker::text), declared.index(),
				in.text(), declared.description(), declared.critical(), declared.dependsOn(),
				OperationState.valueOf(in.text()), in.orNull(Unpacker::text), in.bool(), drift(in), in.integer(),
				in.orNull(Unpacker::instant), in.orNull(Unpacker::instant), in.orNull(Unpacker::duration),
				in.orNull(Unpacker::text), in.orNull(ShownCodec::progress), in.orNull(Unpacker::text),
				in.orNull(Unpacker::number), in.orNull(Unpacker::number), in.bool(), declared.dataSource());
	}

	static byte[] details(Shown.Details details) {
		return new Packer().list(details.partitions(), ShownCodec::partition)
			.list(details.attempts(), ShownCodec::attempt)
			.list(details.actions(), ShownCodec::action)
			.toBytes();
	}

	static Shown.Details details(byte[] bytes) {
		Unpacker in = new Unpacker(bytes);
		return new Shown.Details(in.list(ShownCodec::partition), in.list(ShownCodec::attempt),
				in.list(ShownCodec::action));
	}

	private static void progress(Packer out, OperationProgress progress) {
		out.orNull(progress.phase(), Packer::text)
			.fraction(progress.percent())
			.orNull(progress.remaining(), Packer::duration)
			.integer(progress.pid())
			.number(progress.blocksDone())
			.number(progress.blocksTotal())
			.number(progress.tuplesDone())
			.number(progress.tuplesTotal())
			.list(progress.blockedBy(), ShownCodec::session)
			.list(progress.blocking(), ShownCodec::session);
	}

	private static OperationProgress progress(Unpacker in) {
		return new OperationProgress(in.orNull(Unpacker::text), in.fraction(), in.orNull(Unpacker::duration),
				in.integer(), in.number(), in.number(), in.number(), in.number(), in.list(ShownCodec::session),
				in.list(ShownCodec::session));
	}

	private static void session(Packer out, DatabaseSession session) {
		out.integer(session.pid())
			.orNull(session.user(), Packer::text)
			.orNull(session.application(), Packer::text)
			.orNull(session.state(), Packer::text)
			.orNull(session.since(), Packer::duration)
			.orNull(session.query(), Packer::text);
	}

	private static DatabaseSession session(Unpacker in) {
		return new DatabaseSession(in.integer(), in.orNull(Unpacker::text), in.orNull(Unpacker::text),
				in.orNull(Unpacker::text), in.orNull(Unpacker::duration), in.orNull(Unpacker::text));
	}

	private static @Nullable Drift drift(Unpacker in) {
		String drift = in.orNull(Unpacker::text);
		return (drift != null) ? Drift.valueOf(drift) : null;
	}

	private static void partition(Packer out, PartitionStatus partition) {
		out.text(partition.name())
			.text(partition.state().name())
			.orNull(partition.index(), Packer::text)
			.orNull(partition.pid(), Packer::integer)
			.number(partition.tableSize())
			.orNull(partition.indexSize(), Packer::number);
	}

	private static PartitionStatus partition(Unpacker in) {
		return new PartitionStatus(in.text(), PartitionStatus.State.valueOf(in.text()), in.orNull(Unpacker::text),
				in.orNull(Unpacker::integer), in.number(), in.orNull(Unpacker::number));
	}

	private static void attempt(Packer out, OperationAttempt attempt) {
		out.integer(attempt.attempt())
			.instant(attempt.startedAt())
			.orNull(attempt.finishedAt(), Packer::instant)
			.orNull(attempt.duration(), Packer::duration)
			.text(attempt.instance())
			.integer(attempt.pid())
			.text(attempt.outcome().name())
			.orNull(attempt.sqlState(), Packer::text)
			.orNull(attempt.error(), Packer::text)
			.orNull(attempt.sizeBefore(), Packer::number)
			.orNull(attempt.sizeAfter(), Packer::number);
	}

	private static OperationAttempt attempt(Unpacker in) {
		return new OperationAttempt(in.integer(), in.instant(), in.orNull(Unpacker::instant),
				in.orNull(Unpacker::duration), in.text(), in.integer(), OperationAttempt.Outcome.valueOf(in.text()),
				in.orNull(Unpacker::text), in.orNull(Unpacker::text), in.orNull(Unpacker::number),
				in.orNull(Unpacker::number));
	}

	private static void action(Packer out, OperationAction action) {
		out.text(action.action()).orNull(action.actor(), Packer::text).instant(action.at());
	}

	private static OperationAction action(Unpacker in) {
		return new OperationAction(in.text(), in.orNull(Unpacker::text), in.instant());
	}

	private static void invalid(Packer out, UndeclaredInvalidIndexes invalid) {
		out.integer(invalid.total())
			.list(invalid.largest(),
					(each, index) -> each.text(index.index())
						.text(index.table())
						.number(index.size())
						.bool(index.maintained())
						.bool(index.unique())
						.bool(index.workedOn())
						.orNull(index.statement(), Packer::text)
						.orNull(index.note(), Packer::text));
	}

	private static UndeclaredInvalidIndexes invalid(Unpacker in) {
		return new UndeclaredInvalidIndexes(in.integer(),
				in.list((each) -> new UndeclaredInvalidIndexes.Index(each.text(), each.text(), each.number(),
						each.bool(), each.bool(), each.bool(), each.orNull(Unpacker::text), each.orNull(Unpacker::text),
						null)));
	}

	/**
	 * What concerns all operations.
	 *
	 * @param term which history of versions this belongs to: those of two servers, or of
	 * a table that was made anew, do not go together
	 * @param since when the look began
	 * @param paused whether new starts are paused
	 * @param observed when the database was looked at
	 * @param problem what could not be seen, or {@code null}
	 * @param undeclared the invalid indexes that nobody declares, or {@code null} while
	 * unknown
	 * @param actions what people ordered for all operations, latest first
	 */
	record Head(long term, Instant since, boolean paused, Instant observed, @Nullable String problem,
			@Nullable UndeclaredInvalidIndexes undeclared, List<OperationAction> actions) {

		static Head of(long term, Instant since, HeavyIndexesStatus status, Instant observed,
				List<OperationAction> actions) {
			return new Head(term, since, status.paused(), observed, status.problem(), status.undeclaredInvalidIndexes(),
					actions);
		}

		static Head read(byte[] bytes) {
			Unpacker in = new Unpacker(bytes);
			return new Head(in.number(), in.instant(), in.bool(), in.instant(), in.orNull(Unpacker::text),
					in.orNull(ShownCodec::invalid), in.list(ShownCodec::action));
		}

		byte[] write() {
			return new Packer().number(this.term)
				.instant(this.since)
				.bool(this.paused)
				.instant(this.observed)
				.orNull(this.problem, Packer::text)
				.orNull(this.undeclared, ShownCodec::invalid)
				.list(this.actions, ShownCodec::action)
				.toBytes();
		}

	}

}
