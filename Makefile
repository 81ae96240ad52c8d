# make              build/teamwright
# make check        the unit tests, under ASan and UBSan
# Variants have folders of their own: VARIANT=rel|san|tsan|fuzz, CC=gcc|clang, WERROR=1.
# People call ./dev, which installs what is missing and then comes here.

VARIANT ?= rel
CC = gcc
BUILD := build/$(VARIANT)$(if $(filter clang%,$(notdir $(CC))),-clang)
VERSION := $(shell cat VERSION)

PACKAGES := glib-2.0 gio-2.0 yaml-0.1 sqlite3 libmicrohttpd libpcre2-8
MISSING := $(shell pkg-config --exists $(PACKAGES) libcurl || echo yes)
ifneq ($(MISSING),)
$(error libraries are missing; run: ./dev deps)
endif

OPTIMISE_rel := -O2 -g
OPTIMISE_san := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPTIMISE_tsan := -O1 -g -fsanitize=thread
OPTIMISE_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wimplicit-fallthrough \
	-Wpointer-arith -Wwrite-strings $(if $(WERROR),-Werror)
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DG_LOG_DOMAIN='"teamwright"' -Isrc -Iinclude
CFLAGS += -std=c11 -fPIC $(OPTIMISE_$(VARIANT)) $(WARNINGS) $(shell pkg-config --cflags $(PACKAGES) libcurl)
LDFLAGS += $(OPTIMISE_$(VARIANT)) -pthread
LDLIBS += $(shell pkg-config --libs $(PACKAGES)) -lm

SOURCES := $(wildcard src/*/*.c)
OBJECTS := $(patsubst src/%.c,$(BUILD)/%.o,$(filter-out src/cli/main.c,$(SOURCES))) $(BUILD)/catalogue.o
CATALOGUE := $(shell find catalogue -type f | LC_ALL=C sort)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY := $(patsubst tests/fuzz/%.c,$(BUILD)/replay/%,$(wildcard tests/fuzz/fuzz_*.c))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))
BENCH_LIB := $(patsubst bench/lib/%.c,$(BUILD)/bench/lib/%.o,$(wildcard bench/lib/*.c))
BENCH := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/*.c))

all: build/teamwright
build/teamwright: $(BUILD)/teamwright
	@mkdir -p $(@D) && ln -sf $(patsubst build/%,%,$<) $@
library: $(BUILD)/libteamwright.so
unit: $(UNIT)
fuzz: $(FUZZ)
replay: $(REPLAY)
tools: $(TOOLS)
bench: $(BENCH)
check:
	@$(MAKE) --no-print-directory VARIANT=san unit
	@for test in $(patsubst tests/unit/%.c,build/san/unit/%,$(wildcard tests/unit/test_*.c)); do $$test --tap || exit 1; done

$(BUILD)/teamwright: $(BUILD)/cli/main.o $(BUILD)/libteamwright.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/libteamwright.a: $(OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $(OBJECTS)
$(BUILD)/libteamwright.so: $(OBJECTS) include/teamwright.map
	$(CC) $(LDFLAGS) -shared -Wl,-soname,libteamwright.so.0 -Wl,--version-script=include/teamwright.map -o $@ $(OBJECTS) $(LDLIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/tools/%: tests/tools/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/bench/lib/%.o: bench/lib/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ibench $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/bench/%: bench/%.c $(BENCH_LIB) $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ibench $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BENCH_LIB) $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(subst fuzzer-no-link,fuzzer,$(LDFLAGS)) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)

# The catalogue is built in as a GResource, whose index is made from the folder.
$(BUILD)/catalogue.xml: $(CATALOGUE) $(BUILD)/flags
	@{ echo '<gresources><gresource prefix="/teamwright">'; \
	for file in $(patsubst catalogue/%,%,$(CATALOGUE)); do echo "<file>$$file</file>"; done; \
	echo '</gresource></gresources>'; } > $@
$(BUILD)/catalogue.c: $(BUILD)/catalogue.xml
	glib-compile-resources --sourcedir=catalogue --generate-source --manual-register --c-name=built_in --target=$@ $<
$(BUILD)/catalogue.o: $(BUILD)/catalogue.c
	$(CC) $(filter-out -W%,$(CPPFLAGS) $(CFLAGS)) -c -o $@ $<

# Rebuilds everything when the flags change, the list of sources or of catalogue files too.
$(BUILD)/flags: .force
	@mkdir -p $(BUILD)
	@echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)) $(SOURCES) $(CATALOGUE)' | cmp -s - $@ || \
	echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)) $(SOURCES) $(CATALOGUE)' > $@

PREFIX ?= /usr/local
install: all library
	install -D $(BUILD)/teamwright $(DESTDIR)$(PREFIX)/bin/teamwright
	install -D $(BUILD)/libteamwright.so $(DESTDIR)$(PREFIX)/lib/libteamwright.so.0
	ln -sf libteamwright.so.0 $(DESTDIR)$(PREFIX)/lib/libteamwright.so
	install -D -m 644 include/teamwright.h $(DESTDIR)$(PREFIX)/include/teamwright.h
clean:
	rm -rf build

.PHONY: all library unit fuzz replay tools bench check install clean .force
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
