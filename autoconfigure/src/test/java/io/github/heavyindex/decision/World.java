package io.github.heavyindex.decision;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.AddConstraint.Kind;
import io.github.heavyindex.AddConstraint.Timing;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.DropIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.OperationOptions;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.ConstraintFacts.Existing;
import org.jspecify.annotations.Nullable;

/**
 * A tiny catalog, our rows and the declared operations: what decisions are made of. Names
 * resolve as on a server: through the search path, an index to create in the schema of
 * its table, a new name in the schema of the old one.
 */
final class World {

	static final Instant NOW = Instant.parse("2026-01-01T02:00:00Z");

	/**
	 * The instance that is alive.
	 */
	static final int ALIVE = 1;

	/**
	 * An instance that is gone.
	 */
	static final int GONE = 2;

	final Map<String, Recorded> recorded = new HashMap<>();

	final Map<String, String> unmet = new HashMap<>();

	final Map<String, Decision.Wait> elsewhere = new HashMap<>();

	final Set<Integer> slots = new HashSet<>();

	final Map<Long, Bloat> bloat = new HashMap<>();

	final Map<Integer, Duration> heldUp = new HashMap<>();

	Guards guards = Guards.NONE;

	@Nullable String held;

	@Nullable Duration maxDuration;

	@Nullable Duration yieldAfter;

	boolean repairs;

	int maxAttempts = Integer.MAX_VALUE;

	Duration retryDelay = Duration.ZERO;

	private final List<IndexOperation> operations = new ArrayList<>();

	private final Map<String, Relation> relations = new HashMap<>();

	private final Map<Long, TableActivity> activity = new HashMap<>();

	private final Map<String, ConstraintFacts> facts = new HashMap<>();

	final List<Partition> partitions = new ArrayList<>();

	private final Set<Long> uncompared = new HashSet<>();

	private final Set<Long> incomparable = new HashSet<>();

	private final Set<Long> changed = new HashSet<>();

	private List<String> searchPath = List.of("app", "public");

	private boolean readOnly;

	private StandingOrders orders = StandingOrders.NONE;

	private OnMismatch onMismatch = OnMismatch.FAIL;

	private long nextOid = 100;

	private @Nullable Chains chains;

	static IndexOperation create(String name, String index, String table, String definition, String... dependsOn) {
		return new CreateIndex(RelationName.literal(table), index, false, false, definition, options(name, dependsOn));
	}

	static IndexOperation drop(String name, String index, String... dependsOn) {
		return new DropIndex(RelationName.literal(index), options(name, dependsOn));
	}

	static IndexOperation rename(String name, String index, String newName, String... dependsOn) {
		return new RenameIndex(RelationName.literal(index), newName, options(name, dependsOn));
	}

	static RebuildIndex rebuild(String name, String index, String... dependsOn) {
		return new RebuildIndex(RelationName.literal(index), options(name, dependsOn));
	}

	static IndexOperation constraint(String name, String constraint, String table, Kind kind, String index,
			String... dependsOn) {
		return new AddConstraint(RelationName.literal(table), constraint, kind, index, Timing.NOT_DEFERRABLE,
				options(name, dependsOn));
	}

	static IndexOperation replace(String name, String index, String table, String definition, String... dependsOn) {
		return create(name, index, table, definition, dependsOn).withOptions(options(name, dependsOn).overriddenBy(
				new OperationOptions(null, Set.of(), false, null, OnMismatch.REPLACE, false, null, null, null)));
	}

	private static OperationOptions options(String name, String... dependsOn) {
		return new OperationOptions(name, new LinkedHashSet<>(List.of(dependsOn)), false, null, null, false, null, null,
				null);
	}

	World declare(IndexOperation... operations) {
		this.operations.addAll(List.of(operations));
		this.chains = null;
		return this;
	}

	List<IndexOperation> operations() {
		return this.operations;
	}

	IndexOperation operation(String name) {
		return this.operations.stream().filter((operation) -> operation.name().equals(name)).findFirst().orElseThrow();
	}

	World searchPath(String... schemas) {
		this.searchPath = List.of(schemas);
		return this;
	}

	World onMismatch(OnMismatch onMismatch) {
		this.onMismatch = onMismatch;
		return this;
	}

	World standby() {
		this.readOnly = true;
		return this;
	}

	World orders(StandingOrders orders) {
		this.orders = orders;
		return this;
	}

	Relation relation(String name, char kind) {
		RelationName literal = RelationName.literal(name);
		Relation relation = new Relation(this.nextOid++, literal.in("public"), kind);
		this.relations.put(relation.name.toString(), relation);
		return relation;
	}

	Relation table(String name) {
		return relation(name, 'r');
	}

	Relation index(String name, String table, String definition) {
		Relation index = relation(name, 'i');
		index.table = find(RelationName.literal(table));
		index.definition = definition;
		return index;
	}

	@Nullable Relation find(String name) {
		return find(RelationName.literal(name));
	}

	void remove(String name) {
		this.relations.remove(RelationName.literal(name).in("public").toString());
	}

	void remove(@Nullable Relation relation) {
		if (relation != null) {
			this.relations.remove(relation.name.toString());
		}
	}

	/**
	 * Whether a valid index of that definition has the name.
	 */
	boolean stands(String name, String definition) {
		Relation relation = find(name);
		return relation != null && relation.valid && relation.definition.equals(definition);
	}

	boolean isConstraint(String name) {
		Relation relation = find(name);
		return relation != null && relation.valid && name.equals(relation.constraint);
	}

	long count(String definition) {
		return this.relations.values()
			.stream()
			.filter((relation) -> relation.valid && relation.definition.equals(definition))
			.count();
	}

	void rename(Relation relation, String newName) {
		this.relations.remove(relation.name.toString());
		relation.name = new RelationName(relation.name.schema(), newName);
		relation.version++;
		this.relations.put(relation.name.toString(), relation);
	}

	World lockedBy(String table, int pid, boolean active) {
		Relation relation = find(table);
		if (relation != null) {
			this.activity.put(relation.oid,
					new TableActivity(new Holder(pid, active, "heavy-index:x", null), workers(relation), false, null));
		}
		return this;
	}

	World workedOnBy(String table, int pid) {
		Relation relation = find(table);
		if (relation != null) {
			TableActivity before = this.activity.getOrDefault(relation.oid, TableActivity.NONE);
			this.activity.put(relation.oid,
					new TableActivity(before.lockHolder(), List.of(new Holder(pid, true, "psql", null)), false, null));
		}
		return this;
	}

	/**
	 * Lets a vacuum that does not give way be at work on a table.
	 */
	World vacuumedBy(String table, int pid) {
		Relation relation = find(table);
		if (relation != null) {
			this.activity.put(relation.oid, new TableActivity(null, List.of(), false, pid));
		}
		return this;
	}

	private List<Holder> workers(Relation table) {
		return this.activity.getOrDefault(table.oid, TableActivity.NONE).workers();
	}

	void idle() {
		this.activity.clear();
	}

	World uncompared(@Nullable Relation index) {
		if (index != null) {
			this.uncompared.add(index.oid);
		}
		return this;
	}

	World incomparable(@Nullable Relation index) {
		if (index != null) {
			this.incomparable.add(index.oid);
		}
		return this;
	}

	/**
	 * Lets an index that cannot be compared be another one than was completed.
	 */
	World changed(Relation index) {
		this.changed.add(index.oid);
		return incomparable(index);
	}

	void compare(CatalogRelation index) {
		this.uncompared.remove(index.oid());
	}

	/**
	 * Remembers a state of an operation as it is declared now.
	 */
	World record(String name, OperationState state) {
		return record(name, state, operation(name).sql(), 1, null, 4711, ALIVE);
	}

	World record(String name, OperationState state, String sql, int attempts, @Nullable Instant nextAttemptAt,
			@Nullable Integer pid, @Nullable Integer instance) {
		this.recorded.put(name,
				new Recorded(state, sql, attempts, nextAttemptAt, null, false, pid, null, instance, null, null));
		return this;
	}

	/**
	 * Remembers the oid that an index had when the last attempt started.
	 */
	World began(String name, long indexOid) {
		return began(name, indexOid, null, null);
	}

	World began(String name, @Nullable Long indexOid, @Nullable Instant startedAt, @Nullable Double freshBloat) {
		Recorded before = this.recorded.getOrDefault(name, Recorded.none(operation(name).sql()));
		this.recorded.put(name,
				new Recorded(before.state(), before.sql(), before.attempts(), before.nextAttemptAt(), startedAt,
						before.runNow(), before.pid(), before.sessionStartedAt(), before.instanceKey(), indexOid,
						freshBloat));
		return this;
	}

	/**
	 * Lets a person order an operation past window and guards, whatever else is
	 * remembered of it.
	 */
	World runNow(String name) {
		Recorded before = this.recorded.getOrDefault(name, Recorded.none(operation(name).sql()));
		this.recorded.put(name,
				new Recorded(before.state(), before.sql(), before.attempts(), before.nextAttemptAt(),
						before.startedAt(), true, before.pid(), before.sessionStartedAt(), before.instanceKey(),
						before.indexOid(), before.freshBloat()));
		return this;
	}

	/**
	 * Makes a table a partition of another one.
	 * @param partition the table
	 * @param parent its parent
	 * @param index the index on it that is attached, or {@code null}
	 * @param invalid invalid indexes on it that are attached to none
	 */
	World partition(Relation partition, Relation parent, @Nullable Relation index, Relation... invalid) {
		parent.kind('p');
		this.partitions.add(new Partition(partition.oid, partition.name, partition.kind, parent.oid, 8192, seen(index),
				Stream.of(invalid).map(Relation::toCatalog).toList()));
		return this;
	}

	Map<String, Assistance> assistance() {
		return Assistance.decide(chains(), context(null), decide());
	}

	Map<String, Decision> decide() {
		return Decider.decide(chains(), context(null));
	}

	Decision decide(String name) {
		Decision decision = decide().get(name);
		if (decision == null) {
			throw new IllegalStateException("No decision about " + name);
		}
		return decision;
	}

	Decision decide(String name, int askedBy) {
		Decision decision = Decider.decide(chains(), context(askedBy)).get(name);
		if (decision == null) {
			throw new IllegalStateException("No decision about " + name);
		}
		return decision;
	}

	@Nullable String refuseRollback(String name, @Nullable Undo undo) {
		return Decider.refuseRollback(chains(), context(null), operation(name), undo);
	}

	private Context context(@Nullable Integer self) {
		Map<String, Seen> seen = new HashMap<>();
		for (IndexOperation operation : this.operations) {
			// an index to build again is on a table that its drop does not name
			Undo undo = this.orders.undos().get(operation.name());
			seen.put(operation.name(),
					seen((undo != null && undo.operation() instanceof CreateIndex create) ? create : operation));
		}
		Observation observation = new Observation(NOW, 170000, this.readOnly, this.searchPath, seen, this.activity,
				this.slots, Load.NOT_ASKED, this.heldUp, Set.of(ALIVE));
		Map<String, Decision.Wait> unmet = new HashMap<>(this.elsewhere);
		this.unmet.forEach((name, reason) -> unmet.put(name, new Decision.Wait(reason)));
		return new Context(observation, this.recorded, this::compare, unmet,
				new Policy(2, this.guards, this.maxDuration, this.yieldAfter,
						new RetryPolicy(this.maxAttempts, this.retryDelay, 1, this.retryDelay),
						new Upkeep(this.repairs, Duration.ofDays(7)), this.onMismatch),
				List.of(), this.held, this.bloat, self, this.orders);
	}

	private Chains chains() {
		Chains chains = this.chains;
		if (chains == null) {
			chains = new Chains(this.operations);
			this.chains = chains;
		}
		return chains;
	}

	private Comparison compare(CreateIndex create, CatalogRelation index) {
		if (this.incomparable.contains(index.oid())) {
			Comparison impossible = Comparison.impossible("the expression takes the whole row");
			return this.changed.contains(index.oid()) ? impossible.withActual("(z)") : impossible;
		}
		if (this.uncompared.contains(index.oid())) {
			return Comparison.UNKNOWN;
		}
		Relation relation = this.relations.get(index.name().toString());
		String actual = (relation != null) ? relation.definition : "";
		return actual.equals(create.definition()) ? Comparison.EQUAL
				: Comparison.different(create.definition(), actual);
	}

	private Seen seen(IndexOperation operation) {
		Relation table = (operation.table() != null) ? find(operation.table()) : null;
		Relation index = null;
		if (table != null) {
			index = find(new RelationName(table.name.schema(), operation.index().name()));
		}
		else if (operation.table() == null) {
			index = find(operation.index());
		}
		Relation renamed = null;
		if (operation instanceof RenameIndex rename) {
			renamed = find(rename.renamed().in((index != null) ? index.name.schema() : null));
		}
		if (operation instanceof AddConstraint add && table != null) {
			Relation named = find(new RelationName(table.name.schema(), add.constraintName()));
			return new Seen(seen(table), seen(index), add.renames() ? seen(named) : null, false, List.of(),
					this.facts.getOrDefault(add.name(), facts(named)), List.of(), null);
		}
		Seen seen = new Seen(seen(table), seen(index), seen(renamed), isAmbiguous(operation),
				leftovers(operation, index), null, List.of(), null);
		Relation side = (table != null)
				? find(new RelationName(table.name.schema(), SideIndex.nameOf(operation.index()).name())) : null;
		if (side != null) {
			seen = seen.withSide(new SideIndex(side.toCatalog(), side.marked));
		}
		return (table != null && table.kind == 'p')
				? seen.withPartitions(table.toCatalog(), seen.index(), this.partitions) : seen;
	}

	private boolean isAmbiguous(IndexOperation operation) {
		RelationName index = operation.index();
		return operation.table() == null && index.schema() == null
				&& this.searchPath.stream()
					.filter((schema) -> this.relations.containsKey(index.in(schema).toString()))
					.count() > 1;
	}

	private List<CatalogRelation> leftovers(IndexOperation operation, @Nullable Relation index) {
		return (!(operation instanceof RebuildIndex) || index == null) ? List.of()
				: this.relations.values()
					.stream()
					.filter((relation) -> relation.table == index.table && relation.table != null && !relation.valid
							&& relation.name.name().startsWith(index.name.name() + "_cc"))
					.map(Relation::toCatalog)
					.toList();
	}

	private static ConstraintFacts facts(@Nullable Relation named) {
		Existing existing = (named != null && named.constraint != null)
				? new Existing(named.primaryKey ? 'p' : 'u', named.oid, false, false) : null;
		return new ConstraintFacts(existing, true, null, null, false, List.of(), List.of());
	}

	/**
	 * Says what stands around a constraint, beside what the relations tell.
	 */
	World facts(String operation, ConstraintFacts facts) {
		this.facts.put(operation, facts);
		return this;
	}

	private static @Nullable CatalogRelation seen(@Nullable Relation relation) {
		return (relation != null) ? relation.toCatalog() : null;
	}

	private @Nullable Relation find(RelationName name) {
		if (name.schema() != null) {
			return this.relations.get(name.toString());
		}
		for (String schema : this.searchPath) {
			Relation relation = this.relations.get(name.in(schema).toString());
			if (relation != null) {
				return relation;
			}
		}
		return null;
	}

	/**
	 * What stands under a name.
	 */
	static final class Relation {

		final long oid;

		RelationName name;

		char kind;

		long version = 1;

		@Nullable Relation table;

		String definition = "";

		boolean valid = true;

		boolean ready = true;

		boolean unique;

		boolean replicaIdentity;

		boolean exclusion;

		boolean inMotion;

		boolean marked;

		@Nullable String constraint;

		boolean primaryKey;

		@Nullable RelationName parent;

		Relation(long oid, RelationName name, char kind) {
			this.oid = oid;
			this.name = name;
			this.kind = kind;
		}

		Relation invalid() {
			this.valid = false;
			return this;
		}

		Relation unready() {
			this.valid = false;
			this.ready = false;
			return this;
		}

		Relation unique() {
			this.unique = true;
			return this;
		}

		Relation inMotion() {
			this.inMotion = true;
			return this;
		}

		Relation marked() {
			this.marked = true;
			return this;
		}

		Relation replicaIdentity() {
			this.replicaIdentity = true;
			return this;
		}

		Relation constraint(String name) {
			this.constraint = name;
			return this;
		}

		Relation exclusion(String name) {
			this.exclusion = true;
			return constraint(name);
		}

		Relation parent(String name) {
			this.parent = RelationName.literal(name);
			return this;
		}

		Relation kind(char kind) {
			this.kind = kind;
			return this;
		}

		CatalogRelation toCatalog() {
			Relation table = this.table;
			IndexState index = (table == null) ? null
					: new IndexState(table.oid, table.name, 8192, this.valid, this.ready, this.unique,
							this.replicaIdentity, this.inMotion, this.constraint, this.parent, this.exclusion);
			return new CatalogRelation(this.oid, this.version, this.name, this.kind, 8192, index);
		}

	}

}
