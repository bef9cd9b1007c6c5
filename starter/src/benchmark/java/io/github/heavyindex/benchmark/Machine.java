package io.github.heavyindex.benchmark;

import java.lang.management.ManagementFactory;
import java.time.LocalDate;
import java.time.ZoneOffset;

import com.sun.management.OperatingSystemMXBean;
import liquibase.util.LiquibaseUtil;
import org.flywaydb.core.internal.license.VersionPrinter;

import org.springframework.boot.SpringBootVersion;

/**
 * Where and with what it was measured.
 */
final class Machine {

	private Machine() {
	}

	static int cores() {
		return Runtime.getRuntime().availableProcessors();
	}

	static String describe(Server server) {
		long memory = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
		return "%d cores, %d GB, %s %s; Java %s, Spring Boot %s, PostgreSQL %s, Flyway %s, Liquibase %s; %s".formatted(
				cores(), Math.round(memory / 1e9), System.getProperty("os.name"), System.getProperty("os.arch"),
				Runtime.version().feature(), SpringBootVersion.getVersion(), server.version(),
				VersionPrinter.getVersion(), LiquibaseUtil.getBuildVersion(), LocalDate.now(ZoneOffset.UTC));
	}

}
