package io.github.heavyindex.sample.operation;

import io.github.heavyindex.HeavyIndexOperation;

/**
 * A plain index, declared in PostgreSQL's own language.
 */
@HeavyIndexOperation(sql = "CREATE INDEX large_email_size_idx ON large_email (size_bytes)",
		dependsOn = "large_email_filled", description = "The largest mails")
class CreateSizeIndex {

}
