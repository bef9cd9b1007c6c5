package io.github.heavyindex.execution;

import java.util.List;
import java.util.Map;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one database: its part of the board. Thread-safe; written by the loop
 * of that database only.
 */
final class BoardSection {

	private final @Nullable String dataSource;

	private volatile Content content;

	private volatile Runnable published = () -> {
	};

	BoardSection(DeclaredOperations declared, HeavyIndexesStatus initial) {
		this.dataSource = declared.dataSource();
		this.content = new Content(initial, Past.NONE, Map.of());
	}

	void onPublish(Runnable published) {
		this.published = published;
	}

	void publish(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions) {
		this.content = new Content(status, past, partitions);
		this.published.run();
	}

	/**
	 * Publishes a status that comes without news of what happened.
	 */
	void publish(HeavyIndexesStatus status) {
		publish(status, this.content.past(), this.content.partitions());
	}

	HeavyIndexesStatus status() {
		return this.content.status();
	}

	@Nullable String dataSource() {
		return this.dataSource;
	}

	Content content() {
		return this.content;
	}

	/**
	 * What one look has found out.
	 *
	 * @param status the status of this database alone
	 * @param past what happened
	 * @param partitions the partitions of partitioned tables, by operation
	 */
	record Content(HeavyIndexesStatus status, Past past, Map<String, List<PartitionStatus>> partitions) {

	}

}
