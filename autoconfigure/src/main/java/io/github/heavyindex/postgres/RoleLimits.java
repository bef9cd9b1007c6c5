package io.github.heavyindex.postgres;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a role with few privileges does not see or cannot do. All works without it; people
 * should know what is less than it could be.
 *
 * @since 0.1.0
 */
public final class RoleLimits {

	private RoleLimits() {
	}

	/**
	 * What is less than it could be.
	 * @param jdbc a connection in autocommit
	 * @return what, and the mend, or {@code null} if nothing is
	 */
	public static @Nullable String of(JdbcTemplate jdbc) {
		List<String> limits = new ArrayList<>();
		jdbc.query("""
				select pg_has_role(current_user, 'pg_read_all_stats', 'usage') as stats,
					has_database_privilege(current_database(), 'TEMP') as temp""", (row) -> {
			if (!row.getBoolean("stats")) {
				limits
					.add("state, age and statements of other roles' sessions are hidden (GRANT pg_read_all_stats TO the"
							+ " role shows them)");
			}
			if (!row.getBoolean("temp")) {
				limits.add("definitions are compared on an ordinary table that is rolled back, as the role has no TEMP"
						+ " privilege (GRANT TEMP ON DATABASE … TO the role)");
			}
		});
		return limits.isEmpty() ? null : "Limited: " + String.join("; ", limits);
	}

}
