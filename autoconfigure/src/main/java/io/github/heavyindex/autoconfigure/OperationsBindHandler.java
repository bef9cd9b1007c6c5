package io.github.heavyindex.autoconfigure;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;

/**
 * Binds {@code heavy-index.operations} by the keys that are there. The result is the one
 * that Boot's binder comes to by itself, but that asks every property source for every
 * key that an operation may have; with a thousand operations this took a fifth of the
 * time until the application was ready.
 */
final class OperationsBindHandler extends AbstractBindHandler {

	private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("heavy-index");

	private static final ConfigurationPropertyName OPERATIONS = ROOT.append("operations");

	private static final int OPERATION = OPERATIONS.getNumberOfElements();

	private static final int KEY = OPERATION + 1;

	private final BindHandler recorder;

	private Map<String, OperationProperties> operations = Map.of();

	OperationsBindHandler(BindHandler parent) {
		super(parent);
		this.recorder = new BindHandler() {

			// who looks for unknown keys must know what was bound
			@Override
			public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					Object result) {
				return parent.onSuccess(name, target, context, result);
			}

		};
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (!name.equals(OPERATIONS) || !areKeysKnown(context)) {
			return super.onStart(name, target, context);
		}
		this.operations = bind(context);
		return null;
	}

	@Override
	public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
			Object result) {
		return super.onSuccess(name, target, context, withOperations(name, result));
	}

	@Override
	public Object onCreate(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Object result) {
		return super.onCreate(name, target, context, withOperations(name, result));
	}

	private Object withOperations(ConfigurationPropertyName name, Object result) {
		return (result instanceof HeavyIndexProperties properties && name.equals(ROOT) && !this.operations.isEmpty())
				? properties.withOperations(this.operations) : result;
	}

	private static boolean areKeysKnown(BindContext context) {
		return StreamSupport.stream(context.getSources().spliterator(), false)
			.allMatch((source) -> source instanceof IterableConfigurationPropertySource || !mayHaveOperations(source));
	}

	private static boolean mayHaveOperations(ConfigurationPropertySource source) {
		return source.containsDescendantOf(OPERATIONS) != ConfigurationPropertyState.ABSENT;
	}

	private Map<String, OperationProperties> bind(BindContext context) {
		Map<String, @Nullable Object[]> values = new LinkedHashMap<>();
		for (ConfigurationPropertySource source : context.getSources()) {
			if (mayHaveOperations(source)) {
				((IterableConfigurationPropertySource) source).stream()
					.filter((name) -> name.getNumberOfElements() > KEY && OPERATIONS.isAncestorOf(name))
					.forEach((name) -> bind(name, context, values));
			}
		}
		Map<String, OperationProperties> operations = new LinkedHashMap<>();
		values.forEach((name, arguments) -> operations.put(name, Key.instantiate(arguments)));
		return operations;
	}

	private void bind(ConfigurationPropertyName name, BindContext context, Map<String, @Nullable Object[]> values) {
		Key key = Key.ALL.get(name.getElement(KEY, Form.UNIFORM));
		// an unknown key stays unbound, which fails
		if (key == null) {
			return;
		}
		@Nullable Object[] arguments = values.computeIfAbsent(name.getElement(OPERATION, Form.ORIGINAL),
				(operation) -> new @Nullable Object[Key.ALL.size()]);
		if (arguments[key.position] == null) {
			arguments[key.position] = context.getBinder()
				.bind(name.chop(KEY).append(key.name), key.type, this.recorder)
				.orElse(null);
		}
	}

	/**
	 * A key of an operation.
	 *
	 * @param name the key as it is written in YAML
	 * @param position where its value stands among the components of the record
	 * @param type the type of its value
	 */
	private record Key(String name, int position, Bindable<?> type) {

		private static final Constructor<OperationProperties> CONSTRUCTOR = BeanUtils
			.getResolvableConstructor(OperationProperties.class);

		private static final Map<String, Key> ALL = all();

		private static Map<String, Key> all() {
			Map<String, Key> keys = new LinkedHashMap<>();
			for (RecordComponent component : OperationProperties.class.getRecordComponents()) {
				int position = keys.size();
				MethodParameter parameter = new MethodParameter(CONSTRUCTOR, position);
				String name = DataObjectPropertyName.toDashedForm(component.getName());
				keys.put(name.replace("-", ""),
						new Key(name, position, Bindable.of(ResolvableType.forMethodParameter(parameter))
							.withAnnotations(parameter.getParameterAnnotations())));
			}
			return keys;
		}

		private static OperationProperties instantiate(@Nullable Object[] arguments) {
			return BeanUtils.instantiateClass(CONSTRUCTOR, arguments);
		}

	}

}
