package io.github.heavyindex.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.heavyindex.DataSourceStatus;
import io.github.heavyindex.HeavyIndexesStatus;
import io.github.heavyindex.HeavyIndexesStatus.Summary;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.operation.DeclaredOperations;
import org.jspecify.annotations.Nullable;

/**
 * Puts the statuses of all databases together: no I/O.
 */
final class StatusOfAll {

	private static final int LARGEST = 20;

	private final DeclaredOperations declared;

	private final List<BoardSection> sections;

	StatusOfAll(DeclaredOperations declared, List<BoardSection> sections) {
		this.declared = declared;
		this.sections = sections;
	}

	HeavyIndexesStatus of(List<BoardSection.Content> contents, Map<String, OperationStatus> operations) {
		List<HeavyIndexesStatus> statuses = contents.stream().map(BoardSection.Content::status).toList();
		List<DataSourceStatus> dataSources = new ArrayList<>();
		for (int i = 0; i < statuses.size(); i++) {
			HeavyIndexesStatus status = statuses.get(i);
			dataSources.add(new DataSourceStatus(this.sections.get(i).dataSource(), status.lastObserved(),
					status.problem(), status.paused(), status.summary()));
		}
		// in dependency order over all
		List<OperationStatus> all = (statuses.size() == 1) ? statuses.get(0).operations()
				: this.declared.operations()
					.stream()
					.map((operation) -> operations.get(operation.name()))
					.filter(Objects::nonNull)
					.toList();
		return new HeavyIndexesStatus((statuses.size() == 1) ? statuses.get(0).summary() : Summary.of(all),
				statuses.stream().anyMatch(HeavyIndexesStatus::paused), statuses.get(0).instance(),
				lastObserved(statuses), problem(dataSources), all, undeclared(statuses), dataSources);
	}

	private static @Nullable Instant lastObserved(List<HeavyIndexesStatus> statuses) {
		Instant oldest = statuses.get(0).lastObserved();
		for (HeavyIndexesStatus status : statuses) {
			Instant observed = status.lastObserved();
			if (oldest == null || observed == null) {
				return null;
			}
			oldest = observed.isBefore(oldest) ? observed : oldest;
		}
		return oldest;
	}

	private static @Nullable String problem(List<DataSourceStatus> dataSources) {
		return dataSources.stream()
			.filter((dataSource) -> dataSource.problem() != null)
			.findFirst()
			.map((dataSource) -> DataSourceText.prefix(dataSources.size() > 1, dataSource.name())
					+ dataSource.problem())
			.orElse(null);
	}

	private @Nullable UndeclaredInvalidIndexes undeclared(List<HeavyIndexesStatus> statuses) {
		int total = 0;
		boolean known = false;
		List<UndeclaredInvalidIndexes.Index> largest = new ArrayList<>();
		for (int i = 0; i < statuses.size(); i++) {
			UndeclaredInvalidIndexes undeclared = statuses.get(i).undeclaredInvalidIndexes();
			String dataSource = this.sections.get(i).dataSource();
			if (undeclared != null) {
				known = true;
				total += undeclared.total();
				undeclared.largest().forEach((index) -> largest.add(index.on(dataSource)));
			}
		}
		largest.sort(Comparator.comparing(UndeclaredInvalidIndexes.Index::size).reversed());
		return known ? new UndeclaredInvalidIndexes(total, largest.stream().limit(LARGEST).toList()) : null;
	}

}
