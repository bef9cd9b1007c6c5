package io.github.heavyindex.sample.operation;

import io.github.heavyindex.HeavyIndexOperation;

/**
 * A composite descending index, declared by attributes. The application asks for it by
 * this class, and its health depends on it.
 *
 * @since 0.1.0
 */
@HeavyIndexOperation(table = "large_email", index = "large_email_email_sent_idx", columns = { "email", "sent_at DESC" },
		dependsOn = "large_email_filled", critical = true, description = "Mails of one address, latest first")
public class CreateEmailIndex {

}
