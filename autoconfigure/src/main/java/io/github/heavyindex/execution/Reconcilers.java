package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Decision.Wait.Until;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.ConnectionUnavailableException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.scheduling.TaskScheduler;

/**
 * The loops of all databases that operations are for, and the board that shows what they
 * find. Each database has state, connections, locks and slots of its own, and none waits
 * for another one. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Reconcilers implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(Reconcilers.class);

	private final Settings settings;

	private final List<Reconciler> all = new ArrayList<>();

	private final Map<String, Reconciler> byOperation = new HashMap<>();

	private final Map<Reconciler, Turn> turns = new ConcurrentHashMap<>();

	/**
	 * What operations of other databases depend on.
	 */
	private final Set<String> needed = new LinkedHashSet<>();

	private volatile Map<String, Decision.Wait> known = Map.of();

	private final Board board;

	private volatile BiConsumer<Reconciler, Turn> turned = (reconciler, turn) -> {
	};

	/**
	 * Creates the loops; connects to nothing yet.
	 * @param declared the operations
	 * @param sources where connections come from, by the bean name of the data source,
	 * {@code null} for the application's own
	 * @param settings how to work
	 * @param instance this application instance
	 * @param scheduler where the operations run
	 * @param publisher where events go
	 * @param observer goes along with the attempts
	 */
	public Reconcilers(DeclaredOperations declared, Function<@Nullable String, ConnectionSource> sources,
			Settings settings, Instance instance, TaskScheduler scheduler, ApplicationEventPublisher publisher,
			AttemptObserver observer) {
		this.settings = settings;
		List<DeclaredOperations> parts = declared.byDataSource();
		for (DeclaredOperations part : parts) {
			Announcer announcer = new Announcer(publisher, settings.policy().yieldAfter(),
					DataSourceText.prefix(parts.size() > 1, part.dataSource()));
			int index = this.all.size();
			Reconciler reconciler = new Reconciler(part, sources.apply(part.dataSource()), settings, instance,
					scheduler, announcer, observer, this::waitFor, (turn) -> turned(this.all.get(index), turn));
			this.all.add(reconciler);
			part.operations().forEach((operation) -> this.byOperation.put(operation.name(), reconciler));
			this.needed.addAll(part.dependenciesElsewhere());
		}
		this.board = new Board(declared, this.all.stream().map(Reconciler::board).toList());
		this.board.onPublish(this::published);
	}

	Settings settings() {
		return this.settings;
	}

	Board board() {
		return this.board;
	}

	/**
	 * The loops, that of the application's own database first.
	 */
	List<Reconciler> all() {
		return this.all;
	}

	/**
	 * The loop of the database that an operation is for.
	 * @param operation the name of a declared operation
	 */
	Reconciler of(String operation) {
		Reconciler reconciler = this.byOperation.get(operation);
		if (reconciler == null) {
			throw new IllegalArgumentException("No operation is named '" + operation + "'");
		}
		return reconciler;
	}

	/**
	 * Sets who is told what each turn has found out.
	 */
	void onTurn(BiConsumer<Reconciler, Turn> turned) {
		this.turned = turned;
	}

	private void turned(Reconciler reconciler, Turn turn) {
		this.turns.put(reconciler, turn);
		this.turned.accept(reconciler, turn);
	}

	/**
	 * Lets the other loops turn at once if what operations wait for there has changed.
	 */
	private void published(BoardSection section) {
		Map<String, Decision.Wait> waits = waits();
		if (!waits.equals(this.known)) {
			this.known = waits;
			this.all.stream().filter((other) -> other.board() != section).forEach(Reconciler::changed);
		}
	}

	/**
	 * Observes all databases, without doing anything, until it is clear what operations
	 * of one wait for in another.
	 */
	void preview() {
		if (this.needed.isEmpty()) {
			return;
		}
		Map<String, Decision.Wait> before = Map.of();
		Map<String, Decision.Wait> now = waits();
		// each round tells more, unless others are at work
		for (int round = 0; round <= this.needed.size() && !now.equals(before); round++) {
			before = now;
			for (Reconciler reconciler : this.all) {
				try {
					reconciler.preview();
				}
				catch (SQLException ex) {
					logger.debug("The database cannot be observed", ex);
				}
			}
			now = waits();
		}
	}

	private Map<String, Decision.Wait> waits() {
		Map<String, Decision.Wait> waits = new HashMap<>();
		for (String name : this.needed) {
			Decision.Wait wait = waitFor(name);
			if (wait != null) {
				waits.put(name, wait);
			}
		}
		return waits;
	}

	/**
	 * What is known in memory of an operation that operations of another database depend
	 * on; the same conditions hold as within a database.
	 */
	private Decision.@Nullable Wait waitFor(String name) {
		OperationStatus operation = this.board.find(name);
		if (operation == null || operation.completed() || operation.state() == OperationState.SKIPPED) {
			return null;
		}
		return new Decision.Wait("dependency " + name, end(operation));
	}

	private Until end(OperationStatus operation) {
		if (operation.state() == OperationState.FAILED || operation.state() == OperationState.CANCELLED
				|| operation.drift() != null) {
			return Until.MEND;
		}
		Turn turn = this.turns.get(of(operation.name()));
		if (turn == null) {
			return Until.LATER;
		}
		return (turn.failure() instanceof ConnectionUnavailableException) ? Until.MEND
				: turn.waits().getOrDefault(operation.name(), Until.LATER);
	}

	/**
	 * Cancels the builds of this instance and waits until they have cleaned up.
	 */
	void cancelBuilds() {
		each(Reconciler::cancelBuilds);
	}

	@Override
	public void close() {
		each(Reconciler::close);
	}

	/**
	 * Does something with all at once: one that does not answer must not hold up the
	 * others.
	 */
	private void each(Consumer<Reconciler> action) {
		List<Thread> threads = new ArrayList<>();
		for (Reconciler reconciler : this.all.subList(1, this.all.size())) {
			Thread thread = new Thread(() -> action.accept(reconciler), "heavy-index-close");
			thread.start();
			threads.add(thread);
		}
		try {
			action.accept(this.all.get(0));
			for (Thread thread : threads) {
				thread.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
