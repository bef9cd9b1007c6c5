package io.github.heavyindex.execution;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.OperationAction;
import io.github.heavyindex.OperationAttempt;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.PartitionStatus;
import io.github.heavyindex.history.Past;
import io.github.heavyindex.operation.DeclaredOperation;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

/**
 * What everybody reads: the last snapshot of each database in memory, as one page.
 * Thread-safe. Each section is written by the loop of its database, and the page is put
 * together then, so that readers look into one map and see one consistent state.
 */
final class Board {

	private static final int ACTIONS = 20;

	private final DeclaredOperations declared;

	private final List<BoardSection> sections;

	private volatile Page page;

	private volatile Consumer<BoardSection> published = (section) -> {
	};

	Board(DeclaredOperations declared, List<BoardSection> sections) {
		this.declared = declared;
		this.sections = sections;
		this.page = page();
		sections.forEach((section) -> section.onPublish(() -> compose(section)));
	}

	/**
	 * Sets who is told that a section has news.
	 */
	void onPublish(Consumer<BoardSection> published) {
		this.published = published;
	}

	private void compose(BoardSection section) {
		synchronized (this.sections) {
			this.page = page();
		}
		this.published.accept(section);
	}

	HeavyIndexesStatus status() {
		return this.page.status();
	}

	List<PartitionStatus> partitions(String name) {
		return this.page.partitions().getOrDefault(name, List.of());
	}

	@Nullable OperationStatus find(String name) {
		return this.page.operations().get(name);
	}

	List<OperationAttempt> attempts(String name) {
		return past(name).attempts().getOrDefault(name, List.of());
	}

	List<OperationAction> actions(String name) {
		return past(name).actions(name);
	}

	/**
	 * The orders that concern all operations, as each database has them.
	 */
	List<OperationAction> actions() {
		List<BoardSection.Content> contents = this.page.contents();
		if (contents.size() == 1) {
			return contents.get(0).past().actionsOnAll();
		}
		return contents.stream()
			.flatMap((content) -> content.past().actionsOnAll().stream())
			.sorted(Comparator.comparing(OperationAction::at).reversed())
			.limit(ACTIONS)
			.toList();
	}

	/**
	 * Whether an operation is completed.
	 * @param key its name or its class
	 * @return whether it is, or {@code null} if none is declared so
	 */
	@Nullable Boolean completed(Object key) {
		return this.page.completed().get(key);
	}

	private Past past(String name) {
		return this.page.pasts().getOrDefault(name, Past.NONE);
	}

	private Page page() {
		List<BoardSection.Content> contents = this.sections.stream().map(BoardSection::content).toList();
		Map<String, OperationStatus> operations = new LinkedHashMap<>();
		Map<String, Past> pasts = new HashMap<>();
		Map<String, List<PartitionStatus>> partitions = new HashMap<>();
		Map<Object, Boolean> completed = new HashMap<>();
		for (BoardSection.Content content : contents) {
			for (OperationStatus operation : content.status().operations()) {
				operations.put(operation.name(), operation);
				pasts.put(operation.name(), content.past());
				completed.put(operation.name(), operation.completed());
			}
			partitions.putAll(content.partitions());
		}
		for (DeclaredOperation operation : this.declared.declared()) {
			if (operation.type() != null) {
				completed.put(operation.type(), completed.getOrDefault(operation.name(), false));
			}
		}
		return new Page(new StatusOfAll(this.declared, this.sections).of(contents, operations), contents, operations,
				pasts, partitions, completed);
	}

	private record Page(HeavyIndexesStatus status, List<BoardSection.Content> contents,
			Map<String, OperationStatus> operations, Map<String, Past> pasts,
			Map<String, List<PartitionStatus>> partitions, Map<Object, Boolean> completed) {
	}

}
