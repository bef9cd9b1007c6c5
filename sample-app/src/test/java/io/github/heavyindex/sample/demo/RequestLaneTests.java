package io.github.heavyindex.sample.demo;

import java.util.concurrent.CountDownLatch;

import io.github.heavyindex.sample.demo.RequestLane.Sample;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.QueryTimeoutException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link RequestLane}.
 */
class RequestLaneTests {

	private final CountDownLatch gate = new CountDownLatch(1);

	private final RequestLane lane = new RequestLane("test", 1, this::request);

	@AfterEach
	void close() {
		this.lane.close();
	}

	@Test
	void aRequestBehindABlockedOneIsBlockedToo() {
		this.lane.request();
		this.lane.request();
		await().until(() -> this.lane.blocked() == 2);
		assertThat(this.lane.after(0)).isEmpty();
		assertThat(this.lane.longestOpen()).isGreaterThanOrEqualTo(RequestLane.BLOCKED_AFTER.toMillis());
		this.gate.countDown();
		await().until(() -> this.lane.after(0).size() == 2);
		assertThat(this.lane.blocked()).isZero();
		assertThat(this.lane.longestOpen()).isZero();
		assertThat(this.lane.after(0)).allMatch((sample) -> sample.millis() >= RequestLane.BLOCKED_AFTER.toMillis());
	}

	@Test
	void onlyNewSamplesAreTold() {
		this.gate.countDown();
		this.lane.request();
		this.lane.request();
		await().until(() -> this.lane.after(0).size() == 2);
		assertThat(this.lane.after(1)).extracting(Sample::number).containsExactly(2L);
		assertThat(this.lane.after(2)).isEmpty();
	}

	@Test
	void aFailureIsASampleAndNotTheEnd() {
		this.gate.countDown();
		RequestLane failing = new RequestLane("test", 1, () -> {
			throw new QueryTimeoutException("too slow");
		});
		failing.request();
		failing.request();
		await().until(() -> failing.after(0).size() == 2);
		assertThat(failing.after(0)).allMatch(Sample::failed);
		failing.close();
	}

	private void request() {
		try {
			this.gate.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
