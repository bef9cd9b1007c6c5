package io.github.heavyindex.decision;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.Drift;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done about one operation now.
 *
 * @since 0.1.0
 */
public sealed interface Decision {

	/**
	 * What is to be carried out.
	 * @return this decision, or the repair that it orders
	 */
	default Decision toDo() {
		return this;
	}

	/**
	 * The goal is met: record it as completed.
	 *
	 * @param adopted whether the work was found done, or done by a session whose
	 * application is gone
	 */
	record Complete(boolean adopted) implements Decision {
	}

	/**
	 * The operation is to be undone, and that has come to its end: record it as
	 * cancelled.
	 *
	 * @param undone whether it is undone; else the way back was cancelled
	 */
	record RolledBack(boolean undone) implements Decision {
	}

	/**
	 * Nothing changes: the recorded state stands.
	 */
	record Keep() implements Decision {
	}

	/**
	 * The operation was completed, and the catalog no longer agrees.
	 *
	 * @param drift how it differs
	 * @param repair what to do about it now, or {@code null}
	 * @param reason why it is not repaired, or not yet, or {@code null} where that is for
	 * a person to order
	 */
	record Drifted(Drift drift, @Nullable Run repair, @Nullable String reason) implements Decision {

		Drifted(Drift drift) {
			this(drift, null, null);
		}

		@Override
		public Decision toDo() {
			return (this.repair != null) ? this.repair : this;
		}

	}

	/**
	 * Somebody is at it: watch until that ends.
	 *
	 * @param pid the server session that works
	 * @param orphan whether its application is gone
	 */
	record Watch(int pid, boolean orphan) implements Decision {
	}

	/**
	 * A build must not go on: cancel its server session and clean up.
	 *
	 * @param pid the server session that builds
	 * @param reason why, for people
	 * @param failed whether the operation has failed by that; else it starts again later
	 */
	record Stop(int pid, String reason, boolean failed) implements Decision {
	}

	/**
	 * The operation is not to run now, but its server session still works.
	 *
	 * @param pid the server session to cancel
	 */
	record CancelBackend(int pid) implements Decision {
	}

	/**
	 * Nothing can be done yet.
	 *
	 * @param reason why, short, for people
	 * @param until what ends the wait
	 */
	record Wait(String reason, Until until) implements Decision {

		/**
		 * A wait that ends by itself.
		 * @param reason why, short, for people
		 */
		public Wait(String reason) {
			this(reason, Until.LATER);
		}

		/**
		 * What ends a wait. The later constant is the longer wait.
		 */
		public enum Until {

			/**
			 * It ends by itself, sooner or later.
			 */
			LATER,

			/**
			 * A person must allow the operation.
			 */
			PERMISSION,

			/**
			 * A person must mend something, such as an operation that failed.
			 */
			MEND

		}

	}

	/**
	 * The goal cannot be reached.
	 *
	 * @param sqlState the SQLSTATE that PostgreSQL would answer, or {@code null}
	 * @param error what is wrong, and the mend
	 */
	record Fail(@Nullable String sqlState, String error) implements Decision {
	}

	/**
	 * Whether the index has the declared definition must be asked first.
	 *
	 * @param declaration the declaration
	 * @param index the index to compare it with
	 */
	record Compare(CreateIndex declaration, CatalogRelation index) implements Decision {
	}

	/**
	 * Carry out a step, under the table's lock, if it is still the decision then.
	 *
	 * @param step the step
	 * @param table the oid of the table to lock
	 * @param urgency steps of greater urgency go first
	 */
	record Run(Step step, long table, int urgency) implements Decision {
	}

	/**
	 * A step that changes the database.
	 */
	enum Step {

		/**
		 * Build the index.
		 */
		BUILD,

		/**
		 * Rebuild the index in its place.
		 */
		REBUILD,

		/**
		 * Drop the index.
		 */
		DROP,

		/**
		 * Rename the index.
		 */
		RENAME,

		/**
		 * Make a constraint of the index.
		 */
		ADD_CONSTRAINT,

		/**
		 * Drop what an earlier attempt left behind.
		 */
		DROP_LEFTOVER,

		/**
		 * Build an index beside the one that it is to replace, under a side name.
		 */
		BUILD_BESIDE,

		/**
		 * Let the index of the side name and the one it replaces change names.
		 */
		SWAP,

		/**
		 * Drop the replaced index, the last step of a replacement.
		 */
		DROP_REPLACED,

		/**
		 * Drop an index of the side name that is of no use, before an attempt or after
		 * the last one.
		 */
		DROP_SIDE;

		/**
		 * Whether the step builds an index, which may be cancelled.
		 * @return whether it does
		 */
		public boolean builds() {
			return this == BUILD || this == BUILD_BESIDE || this == REBUILD;
		}

		/**
		 * Whether the step is one of a replacement.
		 * @return whether it is
		 */
		public boolean replaces() {
			return this == BUILD_BESIDE || this == SWAP || this == DROP_REPLACED;
		}

		/**
		 * Whether the step only cleans up and is no attempt at the operation.
		 * @return whether it does
		 */
		public boolean cleansUp() {
			return this == DROP_LEFTOVER || this == DROP_SIDE;
		}

		/**
		 * Whether the step carries on in the same attempt what another one began.
		 * @param before the step before
		 * @return whether it does
		 */
		public boolean follows(Step before) {
			return (this == SWAP && before == BUILD_BESIDE)
					|| (this == DROP_REPLACED && (before == SWAP || before == BUILD));
		}

	}

}
