package io.github.heavyindex.decision;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Who works on a table.
 *
 * @param lockHolder the session that holds our advisory lock of the table, or
 * {@code null}
 * @param workers the sessions that hold or await a lock as strong as an index operation
 * needs ({@code SHARE UPDATE EXCLUSIVE} and up), VACUUM left out, as it never touches an
 * index's definition
 * @param cleaning whether the lock's holder removes an invalid index, which is not to be
 * disturbed
 * @param wraparound the session of a vacuum of the table that prevents wraparound and
 * does not give way, or {@code null}
 * @since 0.1.0
 */
public record TableActivity(@Nullable Holder lockHolder, List<Holder> workers, boolean cleaning,
		@Nullable Integer wraparound) {

	/**
	 * Nobody works on the table.
	 */
	public static final TableActivity NONE = new TableActivity(null, List.of(), false, null);

	public TableActivity {
		workers = List.copyOf(workers);
	}

	/**
	 * The same, without one session.
	 * @param pid the session to leave out, as the one that asks
	 * @return who else works on the table
	 */
	TableActivity without(int pid) {
		Holder holder = this.lockHolder;
		return new TableActivity((holder != null && holder.pid() == pid) ? null : holder,
				this.workers.stream().filter((worker) -> worker.pid() != pid).toList(), this.cleaning, this.wraparound);
	}

}
