/* For a port's sanitizer twin: what AddressSanitizer and UndefinedBehaviorSanitizer do when they find something.
 * They say where, and end the process: that is a finding. What is still allocated at the end is none. */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

const char *__asan_default_options(void)
{
    return "abort_on_error=1:detect_leaks=0:print_legend=0:allocator_may_return_null=1";
}

const char *__ubsan_default_options(void)
{
    return "abort_on_error=1:halt_on_error=1:print_stacktrace=1";
}
