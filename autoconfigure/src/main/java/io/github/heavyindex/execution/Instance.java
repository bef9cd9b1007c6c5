package io.github.heavyindex.execution;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.util.StringUtils;

/**
 * This application instance.
 *
 * @param name for people: host and process
 * @param key tells instances apart; a lock by this key shows that the instance is alive
 * @since 0.1.0
 */
public record Instance(String name, int key) {

	/**
	 * This process.
	 * @return a new instance with a random key
	 */
	public static Instance current() {
		return new Instance(host() + "-" + ProcessHandle.current().pid(), ThreadLocalRandom.current().nextInt());
	}

	private static String host() {
		String host = System.getenv("HOSTNAME");
		if (StringUtils.hasText(host)) {
			return host;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
