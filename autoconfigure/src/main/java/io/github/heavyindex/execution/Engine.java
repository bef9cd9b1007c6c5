package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.heavyindex.AttemptObserver;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.decision.Assistance;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Chains;
import io.github.heavyindex.decision.Context;
import io.github.heavyindex.decision.Decider;
import io.github.heavyindex.decision.Decision;
import io.github.heavyindex.decision.Observation;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.SideIndex;
import io.github.heavyindex.history.History;
import io.github.heavyindex.history.Transition;
import io.github.heavyindex.operation.DeclaredOperations;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.PhysicalConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Observes and decides, for the loop and for its workers. Thread-safe.
 */
final class Engine implements AutoCloseable {

	private static final int COMPARISON_ROUNDS = 3;

	private final Settings settings;

	private final Instance instance;

	private final ConnectionSource source;

	private final AttemptObserver observer;

	private final Database database;

	private final Chains chains;

	private final PrerequisiteCheck prerequisites;

	private final Set<String> dependenciesElsewhere;

	private final Elsewhere elsewhere;

	private final GuardCheck guards;

	private final Comparisons comparisons;

	private final WayBack wayBack;

	private final PropertyMemory properties;

	private final Survey survey;

	private volatile boolean closed;

	private volatile boolean cancelling;

	Engine(DeclaredOperations declared, ConnectionSource source, Settings settings, Instance instance,
			AttemptObserver observer, Elsewhere elsewhere) {
		this.settings = settings;
		this.instance = instance;
		this.source = source;
		this.observer = new GuardedObserver(observer);
		this.database = new Database(source, settings, instance, declared.operations());
		this.chains = new Chains(declared.operations(), declared::dependenciesOf);
		this.prerequisites = new PrerequisiteCheck(declared.prerequisites());
		this.dependenciesElsewhere = declared.dependenciesElsewhere();
		this.elsewhere = elsewhere;
		this.properties = new PropertyMemory(settings, this.database);
		this.survey = new Survey(this.database, this.properties, settings.executes(), declared.operations());
		this.guards = new GuardCheck(settings.userGuards(), settings.policy().guards().holdOnUnknown());
		this.comparisons = new Comparisons(this);
		this.wayBack = new WayBack(this, this.chains);
	}

	Settings settings() {
		return this.settings;
	}

	Instance instance() {
		return this.instance;
	}

	AttemptObserver observer() {
		return this.observer;
	}

	ConnectionSource source() {
		return this.source;
	}

	/**
	 * What is remembered for the way back of operations.
	 */
	WayBack wayBack() {
		return this.wayBack;
	}

	/**
	 * What is remembered of indexes beside their definitions.
	 */
	PropertyMemory properties() {
		return this.properties;
	}

	DefinitionMemory definitions() {
		return this.database.definitions();
	}

	@Nullable String limits() {
		return this.database.limits();
	}

	Survey survey() {
		return this.survey;
	}

	boolean closed() {
		return this.closed;
	}

	/**
	 * Whether an order has been given somewhere. Sends nothing.
	 */
	boolean hasNews() {
		return this.database.hasNews();
	}

	/**
	 * Observes only.
	 */
	Look look() throws SQLException {
		return this.database.look(false);
	}

	/**
	 * From now on no build begins, and one that is cancelled was cancelled by us.
	 */
	void cancelBuilds() {
		this.cancelling = true;
	}

	boolean cancelling() {
		return this.cancelling;
	}

	/**
	 * Observes and decides for the loop.
	 * @param anew whether all definitions are read anew
	 */
	Judgement judge(boolean anew) throws SQLException {
		this.prerequisites.ask();
		this.guards.ask();
		return judge(anew, null);
	}

	/**
	 * Observes and decides for a worker that holds its table's lock.
	 */
	Judgement judge(PhysicalConnection worker) throws SQLException {
		return judge(false, worker);
	}

	private Judgement judge(boolean anew, @Nullable PhysicalConnection worker) throws SQLException {
		Look look = this.database.look(anew);
		if (anew) {
			this.survey.make(look);
		}
		Map<String, Decision> decisions = decide(look, worker);
		for (int round = 0; round < COMPARISON_ROUNDS && this.comparisons.make(look, decisions, worker); round++) {
			decisions = decide(look, worker);
		}
		return new Judgement(look, decisions,
				Assistance.decide(this.chains, context(look, look.observation(), worker), decisions));
	}

	private Map<String, Decision> decide(Look look, @Nullable PhysicalConnection worker) {
		return Decider.decide(this.chains, context(look, look.observation(), worker));
	}

	Context context(Look look, Observation observation, @Nullable PhysicalConnection worker) {
		return new Context(observation, look.recorded(), definitions(), unmet(), this.settings.policy(), look.worked(),
				this.guards.held(), this.survey.bloat(), (worker != null) ? worker.pid() : null, look.orders());
	}

	/**
	 * The waits for what is no operation of this database.
	 */
	private Map<String, Decision.Wait> unmet() {
		Map<String, Decision.Wait> unmet = new HashMap<>();
		this.prerequisites.unmet().forEach((name, reason) -> unmet.put(name, new Decision.Wait(reason)));
		for (String name : this.dependenciesElsewhere) {
			Decision.Wait wait = this.elsewhere.waitFor(name);
			if (wait != null) {
				unmet.put(name, wait);
			}
		}
		return unmet;
	}

	/**
	 * Reads something with the connection that looks.
	 */
	<T> T with(Database.Work<JdbcTemplate, T> work) throws SQLException {
		return this.database.with(work);
	}

	/**
	 * What the catalog shows of one operation now.
	 */
	Seen seen(IndexOperation operation) throws SQLException {
		return this.database.seen(operation);
	}

	Sighting sighting(IndexOperation operation) throws SQLException {
		return this.database.sighting(operation);
	}

	/**
	 * Remembers that the index which now bears the declared name was built by us.
	 * @return the index, or {@code null} if there is no valid one
	 */
	@Nullable CatalogRelation built(CreateIndex create) throws SQLException {
		CatalogRelation index = seen(create).index();
		if (index == null || index.index() == null || !index.index().valid()) {
			return null;
		}
		definitions().built(create, index);
		return index;
	}

	<T> T query(Database.Work<JdbcTemplate, T> work) throws SQLException {
		return this.database.with(work);
	}

	/**
	 * Whether this instance looks at the database for all.
	 */
	boolean leads() {
		return this.database.leads();
	}

	/**
	 * Remembers whether new starts are paused, as another instance has seen it.
	 */
	void paused(boolean paused, @Nullable String actor) {
		this.database.paused(paused, actor);
	}

	/**
	 * Whether this instance cannot do what others may be able to do: one of its beans
	 * failed to say whether operations may start.
	 */
	boolean isImpaired() {
		return this.prerequisites.failed() || this.guards.failed();
	}

	/**
	 * Does something with the session that looks.
	 */
	<T> T session(Database.Work<ObserverSession, T> work) throws SQLException {
		return this.database.withSession(work);
	}

	<T> T history(Database.Work<History, T> work) throws SQLException {
		return this.database.withHistory(work);
	}

	/**
	 * What to record of an operation whose goal is met.
	 */
	Transition completion(IndexOperation operation, Judgement judgement, boolean adopted) {
		Seen seen = judgement.look().observation().seen(operation.name());
		CatalogRelation index = (seen.renamed() != null) ? seen.renamed() : seen.index();
		return Transition
			.completed(adopted,
					(operation instanceof CreateIndex create && index != null) ? definitions().verified(create, index)
							: null)
			.withIndexSize((index != null) ? index.bytes() : null);
	}

	/**
	 * Records what somebody saw happen.
	 */
	void record(IndexOperation operation, Transition transition) throws SQLException {
		int majorVersion = this.database.majorVersion();
		history((history) -> history.record(operation.name(), operation.sql(), majorVersion, transition));
	}

	/**
	 * Records what was decided on a look, unless the record has changed since: then the
	 * next look tells more.
	 * @return whether it was recorded
	 */
	boolean record(IndexOperation operation, Transition transition, Look look) throws SQLException {
		int majorVersion = this.database.majorVersion();
		return history((history) -> history.recordIfUnchanged(operation.name(), operation.sql(), majorVersion,
				transition, look.records().get(operation.name())));
	}

	/**
	 * Records why a build must not go on, and then cancels its session: whoever runs it
	 * finds that it was not cancelled by a stranger.
	 */
	void stop(IndexOperation operation, Decision.Stop stop, Look look) throws SQLException {
		Transition transition = stop.failed() ? Transition.failed("57014", stop.reason())
				: Transition.postponed("57014", stop.reason(), this.settings.retry().initialDelay());
		if (record(operation, transition, look)) {
			cancelBackend(stop.pid());
		}
	}

	/**
	 * Marks the index that one of our sessions builds under a side name, so that it is
	 * known as ours should nobody live to see the end of its build.
	 */
	void markBuild(IndexOperation operation, Decision.Watch watch, Look look) throws SQLException {
		SideIndex side = look.observation().seen(operation.name()).side();
		if (side != null && !side.marked() && side.relation().index() != null && !side.relation().index().valid()) {
			this.database.markBuild(watch.pid(), side.relation(), operation.index());
		}
	}

	void cancelBackend(int pid) throws SQLException {
		this.database.cancelBackend(pid);
	}

	@Override
	public void close() {
		this.closed = true;
		this.database.close();
	}

}
