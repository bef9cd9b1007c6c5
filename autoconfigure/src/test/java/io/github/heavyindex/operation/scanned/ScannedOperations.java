package io.github.heavyindex.operation.scanned;

import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Lazy;

import io.github.heavyindex.HeavyIndexOperation;

/**
 * Declarations to be found by component scanning.
 */
public final class ScannedOperations {

	private ScannedOperations() {
	}

	@HeavyIndexOperation("CREATE INDEX logs_address_idx ON logs (address_hash) WHERE removed = false")
	public static class CreateLogsAddressIndex {

	}

	@Lazy
	@HeavyIndexOperation(sql = "DROP INDEX logs_old_idx", dependsOnClass = CreateLogsAddressIndex.class)
	public static class DropLogsOldIndex {

		public DropLogsOldIndex() {
			throw new IllegalStateException("a lazy bean was created early");
		}

	}

	@ConditionalOnProperty("with-conditional")
	@HeavyIndexOperation("DROP INDEX conditional_idx")
	public static class ConditionalIndex {

	}

	@HeavyIndexOperation("DROP INDEX abstract_idx")
	public abstract static class AbstractIndex {

	}

	@HeavyIndexOperation(table = "logs", index = "logs_block_idx", columns = { "block_number DESC", "index DESC" },
			critical = true, description = "Log feed by block")
	public static class CreateLogsBlockIndex {

	}

}
