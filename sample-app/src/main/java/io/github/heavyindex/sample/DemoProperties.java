package io.github.heavyindex.sample;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Settings of the demonstration itself.
 *
 * @param dataDirectory where the embedded PostgreSQL keeps its data; by default
 * {@code postgres} beside the application's classes or jar
 * @param port preferred port of the embedded PostgreSQL; another one is taken if it is
 * busy
 * @param rows number of rows that large_email is filled with
 * @param writesPerSecond number of inserts and updates on large_email per second; 0
 * switches the write load off
 * @since 0.1.0
 */
@ConfigurationProperties("demo")
public record DemoProperties(@Nullable Path dataDirectory, @DefaultValue("15432") int port,
		@DefaultValue("1000000") int rows, @DefaultValue("20") int writesPerSecond) {

	public DemoProperties {
		Assert.isTrue(rows > 0, () -> "demo.rows must be positive, but is " + rows);
		Assert.isTrue(writesPerSecond >= 0 && writesPerSecond <= 1000,
				() -> "demo.writes-per-second must lie between 0 and 1000, but is " + writesPerSecond);
	}

}
