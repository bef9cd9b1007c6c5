package io.github.heavyindex.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The applications that live. Not thread-safe.
 */
final class Replicas implements AutoCloseable {

	private final FaultDatabase database;

	private final Map<String, String> properties;

	private final int wanted;

	private final List<ApplicationProcess> processes = new ArrayList<>();

	Replicas(FaultDatabase database, Map<String, String> properties, int wanted) {
		this.database = database;
		this.properties = properties;
		this.wanted = wanted;
		restore();
		living().forEach(ApplicationProcess::awaitReady);
	}

	/**
	 * Starts what is missing.
	 */
	void restore() {
		this.processes.removeIf((process) -> {
			if (!process.isAlive()) {
				process.close();
			}
			return !process.isAlive();
		});
		while (this.processes.size() < this.wanted) {
			this.processes.add(ApplicationProcess.start(this.database.server(), this.database.name(),
					FaultDatabase.OWNER, this.properties));
		}
	}

	List<ApplicationProcess> living() {
		return this.processes.stream().filter(ApplicationProcess::isAlive).toList();
	}

	ApplicationProcess any(int choice) {
		return this.processes.get(choice % this.processes.size());
	}

	@Override
	public void close() {
		this.processes.forEach(ApplicationProcess::close);
	}

}
