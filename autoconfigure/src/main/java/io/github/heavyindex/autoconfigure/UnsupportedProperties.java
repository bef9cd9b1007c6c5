package io.github.heavyindex.autoconfigure;

import java.time.ZoneId;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;
import org.springframework.validation.Errors;

import io.github.heavyindex.OnMismatch;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.Analyze;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.DriftAction;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.FailOn;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.Mode;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnConflict;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnShutdown;
import io.github.heavyindex.autoconfigure.HeavyIndexProperties.OnUnknown;

/**
 * Refuses values whose feature does not exist yet: to take no notice of them would be a
 * broken promise. Who adds the feature deletes its line.
 */
final class UnsupportedProperties {

	private final Errors errors;

	private UnsupportedProperties(Errors errors) {
		this.errors = errors;
	}

	static void check(HeavyIndexProperties properties, Errors errors) {
		UnsupportedProperties unsupported = new UnsupportedProperties(errors);
		unsupported.global(properties);
		unsupported.window(properties.window());
		unsupported.guard(properties.guard());
		unsupported.build(properties.build());
		unsupported.only("drift.action", properties.drift().action(), DriftAction.REPORT);
		unsupported.only("job.timeout", properties.job().timeout(), null);
		unsupported.only("job.fail-on", properties.job().failOn(), FailOn.CRITICAL);
	}

	private void global(HeavyIndexProperties properties) {
		if (properties.mode() != Mode.OBSERVE) {
			only("mode", properties.mode(), Mode.BACKGROUND);
		}
		only("max-duration", properties.maxDuration(), null);
		only("on-mismatch", properties.onMismatch(), OnMismatch.FAIL);
		only("on-shutdown", properties.onShutdown(), OnShutdown.LEAVE);
	}

	private void window(HeavyIndexProperties.Window window) {
		only("window.start", window.start(), null);
		only("window.end", window.end(), null);
		only("window.days", window.days(), List.of());
		only("window.zone", window.zone(), ZoneId.of("UTC"));
		only("window.stop-running", window.stopRunning(), false);
		only("window.max-duration", window.maxDuration(), null);
	}

	private void guard(HeavyIndexProperties.Guard guard) {
		only("guard.max-active-connections", guard.maxActiveConnections(), null);
		only("guard.max-transaction-age", guard.maxTransactionAge(), null);
		only("guard.max-replication-lag", guard.maxReplicationLag(), null);
		only("guard.stop-running", guard.stopRunning(), false);
		only("guard.on-unknown", guard.onUnknown(), OnUnknown.HOLD);
	}

	private void build(HeavyIndexProperties.Build build) {
		only("build.analyze", build.analyze(), Analyze.EXPRESSION_ONLY);
		only("build.on-conflict", build.onConflict(), OnConflict.REPORT);
		only("build.concurrently-from", build.concurrentlyFrom(), DataSize.ofBytes(0));
	}

	private void only(String field, @Nullable Object value, @Nullable Object supported) {
		if (!Objects.equals(value, supported)) {
			this.errors.rejectValue(field, "unsupported", "heavy-index." + field + " is not supported yet"
					+ ((supported != null) ? " with this value" : "") + "; remove it");
		}
	}

}
