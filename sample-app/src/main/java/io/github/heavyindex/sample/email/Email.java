package io.github.heavyindex.sample.email;

import java.time.OffsetDateTime;

import org.jspecify.annotations.Nullable;

/**
 * One mail, without its body.
 */
record Email(long id, String email, @Nullable String domain, String sender, String subject, String folder,
		OffsetDateTime sentAt, int sizeBytes, boolean isRead) {

	static final String COLUMNS = "id, email, domain, sender, subject, folder, sent_at, size_bytes, is_read";

}
