package io.github.heavyindex.sample.data;

import io.github.heavyindex.HeavyIndexPrerequisite;

/**
 * Work on a table in many short transactions. It goes on where an earlier start of the
 * application left it, and operations may depend on its end. One thread works, any thread
 * asks.
 */
abstract class BatchWork implements HeavyIndexPrerequisite {

	private final String name;

	private volatile boolean complete;

	BatchWork(String name) {
		this.name = name;
	}

	@Override
	public final String name() {
		return this.name;
	}

	@Override
	public final boolean isComplete() {
		return this.complete;
	}

	/**
	 * Does the next batch. One that fails may be done again.
	 */
	final void runBatch() {
		this.complete = !batch();
	}

	/**
	 * Does the next batch.
	 * @return whether there may be more
	 */
	abstract boolean batch();

	/**
	 * How far the work is.
	 * @return a number from 0 to 100
	 */
	abstract int percent();

}
