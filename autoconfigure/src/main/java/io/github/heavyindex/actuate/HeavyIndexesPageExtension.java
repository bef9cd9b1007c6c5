package io.github.heavyindex.actuate;

import io.github.heavyindex.actuate.Page.CsrfHeader;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * {@link EndpointWebExtension @EndpointWebExtension} that shows
 * {@link HeavyIndexesEndpoint} to browsers as a live page, in servlet applications.
 * Thread-safe; no request reads more than memory.
 *
 * @since 0.1.0
 */
@EndpointWebExtension(endpoint = HeavyIndexesEndpoint.class)
@ImportRuntimeHints(PageFiles.Hints.class)
public class HeavyIndexesPageExtension {

	private static final boolean SECURITY_PRESENT = ClassUtils
		.isPresent("org.springframework.security.web.csrf.CsrfToken", HeavyIndexesPageExtension.class.getClassLoader());

	private final PageFiles files = new PageFiles();

	private final Page page;

	/**
	 * Creates a new instance.
	 * @param endpoints the exposed endpoints, asked at the first request
	 */
	public HeavyIndexesPageExtension(ObjectProvider<WebEndpointsSupplier> endpoints) {
		this.page = new Page(endpoints);
	}

	/**
	 * The page.
	 * @return HTML
	 */
	@ReadOperation(produces = "text/html;charset=UTF-8")
	public String html() {
		// a token may begin a session: not for a page that cannot give orders
		return this.page.html((SECURITY_PRESENT && this.page.takesOrders()) ? SpringSecurity.token() : null);
	}

	/**
	 * What the page is made of.
	 * @param folder must be {@code page}
	 * @param file the file's name
	 * @return the file, or 404
	 */
	@ReadOperation(produces = { "text/css", "text/javascript", "image/svg+xml" })
	public WebEndpointResponse<String> file(@Selector String folder, @Selector String file) {
		return this.files.get(folder, file);
	}

	/**
	 * Needs Spring Security on the class path.
	 */
	private static final class SpringSecurity {

		static @Nullable CsrfHeader token() {
			RequestAttributes request = RequestContextHolder.getRequestAttributes();
			return (request != null && request.getAttribute(CsrfToken.class.getName(),
					RequestAttributes.SCOPE_REQUEST) instanceof CsrfToken token)
							? new CsrfHeader(token.getHeaderName(), token.getToken()) : null;
		}

	}

}
