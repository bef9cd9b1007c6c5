package io.github.heavyindex.autoconfigure;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.validation.Errors;

import io.github.heavyindex.OnMismatch;

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
	}

	private void global(HeavyIndexProperties properties) {
		only("on-mismatch", properties.onMismatch(), OnMismatch.FAIL);
	}

	private void only(String field, @Nullable Object value, @Nullable Object supported) {
		if (!Objects.equals(value, supported)) {
			this.errors.rejectValue(field, "unsupported", "heavy-index." + field + " is not supported yet"
					+ ((supported != null) ? " with this value" : "") + "; remove it");
		}
	}

}
