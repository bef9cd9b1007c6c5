package io.github.heavyindex.sample.operation;

import io.github.heavyindex.HeavyIndexOperation;

/**
 * Gives an index that is in use another definition: built beside under another name, the
 * old one dropped, the new one renamed.
 */
final class SenderIndexReplacement {

	private SenderIndexReplacement() {
	}

	@HeavyIndexOperation(sql = "CREATE INDEX large_email_sender_idx_2nd ON large_email (sender, sent_at DESC)",
			dependsOn = "large_email_filled")
	static class Create {

	}

	@HeavyIndexOperation(sql = "DROP INDEX large_email_sender_idx", dependsOnClass = Create.class)
	static class Drop {

	}

	@HeavyIndexOperation(sql = "ALTER INDEX large_email_sender_idx_2nd RENAME TO large_email_sender_idx",
			dependsOnClass = Drop.class)
	static class Rename {

	}

}
