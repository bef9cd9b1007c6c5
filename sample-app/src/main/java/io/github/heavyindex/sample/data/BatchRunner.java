package io.github.heavyindex.sample.data;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Does all {@link BatchWork} in its order, on one thread, while the application serves.
 */
@Component
class BatchRunner implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(BatchRunner.class);

	private static final int RETRY_SECONDS = 5;

	private final List<BatchWork> works;

	private volatile @Nullable Run run;

	BatchRunner(List<BatchWork> works) {
		this.works = works;
	}

	@Override
	public void start() {
		Run run = new Run();
		this.run = run;
		run.thread.start();
	}

	/**
	 * Waits for the batch under way: it is short, and the data source closes next.
	 */
	@Override
	public void stop() {
		Run run = this.run;
		if (run != null) {
			run.stop();
			this.run = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	private final class Run {

		private final CountDownLatch stopped = new CountDownLatch(1);

		private final Thread thread = new Thread(this::work, "demo-data");

		void stop() {
			this.stopped.countDown();
			try {
				this.thread.join(TimeUnit.SECONDS.toMillis(10));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		private void work() {
			for (BatchWork work : BatchRunner.this.works) {
				finish(work);
			}
		}

		private void finish(BatchWork work) {
			int told = 0;
			long start = System.nanoTime();
			while (!work.isComplete() && this.stopped.getCount() > 0) {
				try {
					work.runBatch();
				}
				catch (DataAccessException ex) {
					logger.warn("{} is tried again in {} s: {}", work.name(), RETRY_SECONDS, ex.getMessage());
					pause();
				}
				if (work.percent() >= told + 10 && work.percent() < 100) {
					told = work.percent() / 10 * 10;
					logger.info("{}: {} %", work.name(), told);
				}
			}
			if (work.isComplete()) {
				logger.info("{} is complete after {} s", work.name(),
						TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
			}
		}

		private void pause() {
			try {
				this.stopped.await(RETRY_SECONDS, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
