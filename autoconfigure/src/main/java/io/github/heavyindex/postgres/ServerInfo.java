package io.github.heavyindex.postgres;

import java.util.List;

/**
 * What a session says about its server and about itself, read before the starter changes
 * a setting of it.
 *
 * @param serverVersion {@code server_version_num}, such as 170011 for 17.11
 * @param database {@code current_database()}
 * @param user {@code current_user}
 * @param searchPath {@code current_schemas(true)} of the application's search path: the
 * schemas that exist, in order, {@code pg_catalog} included, temporary ones left out
 * @since 0.1.0
 */
public record ServerInfo(int serverVersion, String database, String user, List<String> searchPath) {

	public ServerInfo {
		searchPath = List.copyOf(searchPath);
	}

	/**
	 * The major version, such as 17.
	 * @return the major version
	 */
	public int majorVersion() {
		return this.serverVersion / 10_000;
	}

	/**
	 * The version for people, such as {@code 17.11}.
	 * @return major and minor version
	 */
	public String versionText() {
		return majorVersion() + "." + (this.serverVersion % 10_000);
	}

}
