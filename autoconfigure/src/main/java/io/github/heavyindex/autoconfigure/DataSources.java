package io.github.heavyindex.autoconfigure;

import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexDataSource;
import io.github.heavyindex.postgres.BuildSettings;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.DedicatedConnections;
import io.github.heavyindex.postgres.DirectAddress;
import io.github.heavyindex.postgres.LazyConnections;
import io.github.heavyindex.postgres.NoConnections;
import io.github.heavyindex.postgres.ConnectionTarget;
import io.github.heavyindex.postgres.ConnectionUnavailableException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Chooses which of the application's data sources index operations follow. Where that
 * cannot be told, the application starts all the same, and the problem says what to set.
 */
final class DataSources {

	private final ListableBeanFactory beanFactory;

	private final ObjectProvider<DataSource> all;

	private final ObjectProvider<DataSource> qualified;

	DataSources(ListableBeanFactory beanFactory, ObjectProvider<DataSource> all, ObjectProvider<DataSource> qualified) {
		this.beanFactory = beanFactory;
		this.all = all;
		this.qualified = qualified;
	}

	/**
	 * Connections of a further data source. Its bean is asked for with the first
	 * connection only: a lazy one must not be created while the application starts.
	 */
	static ConnectionSource named(BeanFactory beanFactory, String name, @Nullable DirectAddress address,
			BuildSettings build) {
		ConnectionTarget target = new ConnectionTarget(name);
		return new LazyConnections(() -> {
			try {
				return new DedicatedConnections(address, null, beanFactory.getBean(name, DataSource.class), build,
						target);
			}
			catch (BeansException ex) {
				throw new ConnectionUnavailableException(
						"The DataSource bean '" + name + "' cannot be had: " + ex.getMostSpecificCause().getMessage(),
						null);
			}
		});
	}

	ConnectionSource connectionSource(@Nullable DirectAddress address, BuildSettings build) {
		List<String> names = Arrays.asList(this.beanFactory.getBeanNamesForType(DataSource.class));
		List<String> own = names.stream().filter(this::isQualified).toList();
		DataSource chosen = this.qualified.getIfUnique();
		if (address == null && chosen == null && own.size() > 1) {
			return new NoConnections("Several DataSource beans have @HeavyIndexDataSource: " + own
					+ ". Leave the annotation on the one that index operations are to use.");
		}
		DataSource application = application(names, own);
		if (address == null && chosen == null && application == null) {
			return new NoConnections(names.isEmpty()
					? "There is no DataSource bean. Set spring.datasource.url or"
							+ " heavy-index.datasource.url (and .username, .password), or declare a DataSource bean."
					: "There are several DataSource beans and none is primary: " + names
							+ ". Annotate the one that index operations are to use with @HeavyIndexDataSource,"
							+ " or set heavy-index.datasource.url (and .username, .password).");
		}
		return new DedicatedConnections(address, chosen, application, build);
	}

	/**
	 * The data source that the application itself uses: the primary or only one, or the
	 * only one that is not meant for us.
	 */
	private @Nullable DataSource application(List<String> names, List<String> own) {
		DataSource unique = this.all.getIfUnique();
		if (unique != null) {
			return unique;
		}
		List<String> others = names.stream().filter((name) -> !own.contains(name)).toList();
		return (others.size() == 1) ? this.beanFactory.getBean(others.get(0), DataSource.class) : null;
	}

	private boolean isQualified(String name) {
		return this.beanFactory.findAnnotationOnBean(name, HeavyIndexDataSource.class) != null;
	}

}
