package io.github.heavyindex.execution;

import java.util.List;
import java.util.Map;

import io.github.heavyindex.DatabaseSession;
import io.github.heavyindex.UndeclaredInvalidIndexes;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.Definitions.Existing;
import io.github.heavyindex.postgres.TableFacts;
import org.jspecify.annotations.Nullable;

/**
 * What a check has read.
 *
 * @param server the server, database and role, for people
 * @param judgement what was observed and decided
 * @param answers what PostgreSQL makes of the indexes to build, by operation
 * @param partitions what the catalog shows of the partitions of tables that are to be
 * indexed, by operation and partition
 * @param tables what is known of the tables, by oid
 * @param existing the valid indexes of the tables, by oid
 * @param oldTransactions transactions that a build would wait for
 * @param invalidIndexes invalid indexes that no operation declares, or {@code null} if
 * unknown
 * @param problem why nothing would work, or {@code null}
 * @param notes what could not be seen
 */
record Findings(String server, Judgement judgement, Map<String, Answer> answers,
		Map<String, Map<Long, PartitionState>> partitions, Map<Long, TableFacts> tables,
		Map<Long, List<Existing>> existing, List<DatabaseSession> oldTransactions,
		@Nullable UndeclaredInvalidIndexes invalidIndexes, @Nullable String problem, List<String> notes) {

}
