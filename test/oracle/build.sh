#!/bin/bash
# Builds what the oracle runs: a kernel, its HMM test module (as it is, and with driverfix.h), the runner, a root file system.
# Everything lies in $HMM_ORACLE_DIR (default ~/.cache/hmm-oracle); what is built already is kept. JOBS=n: compilers at a time.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=${HMM_ORACLE_DIR:-$HOME/.cache/hmm-oracle}
version=${KERNEL_VERSION:-6.12}
packages="linux-source-$version qemu-system-x86 bc bison flex libelf-dev libssl-dev busybox-static cpio xz-utils make gcc libc6-dev"

missing=()
for p in $packages; do dpkg -s "$p" >/dev/null 2>&1 || missing+=("$p"); done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=; [ "$(id -u)" = 0 ] || as_root=sudo
  echo "installing ${missing[*]}" >&2
  $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
fi

src=$dir/src/linux-source-$version
build=$dir/kb
mkdir -p "$dir/src" "$dir/bin" "$build"
[ -f "$src/Makefile" ] || tar -C "$dir/src" -xf "/usr/src/linux-source-$version.tar.xz"

if ! cmp -s "$here/kernel.fragment" "$build/.fragment"; then
  make -s -C "$src" O="$build" tinyconfig >/dev/null
  (cd "$build" && "$src/scripts/kconfig/merge_config.sh" -O . -m .config "$here/kernel.fragment" >/dev/null &&
    make -s olddefconfig)
  cp "$here/kernel.fragment" "$build/.fragment"
fi
for option in $(grep -oE '^CONFIG_[A-Z0-9_]+' "$here/kernel.fragment"); do
  grep -q "^$option=" "$build/.config" || echo "warning: the kernel has no $option" >&2
done

# Small static functions of the files that are traced stay functions.
traced=
for file in memory migrate_device migrate hmm rmap mmu_notifier huge_memory test_hmm; do
  traced="$traced CFLAGS_$file.o=-fno-inline-small-functions\\ -fno-ipa-sra"
done
log=$dir/build.log
fail() { tail -20 "$log" >&2; exit 1; }
eval nice make -s -C "$build" -j"${JOBS:-1}" "$traced" bzImage modules > "$log" 2>&1 || fail

mkdir -p "$dir/fixed"
printf '#include "%s/driverfix.h"\n#include "%s/lib/test_hmm.c"\n' "$here" "$src" > "$dir/fixed/test_hmm_fixed.c"
echo 'obj-m := test_hmm_fixed.o' > "$dir/fixed/Makefile"
make -s -C "$build" M="$dir/fixed" modules >> "$log" 2>&1 || fail
gcc -O2 -static -I"$src" -I"$src/tools/testing/selftests" -o "$dir/bin/runner" "$here/scenario.c" "$here/trace.c" 2>> "$log" || fail

root=$(mktemp -d "$dir/root.XXXXXX")
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,proc,sys,dev,tmp,lists}
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$here/init.sh" "$root/init"
chmod +x "$root/init"
cp "$here/probes.txt" "$dir/bin/runner" "$build/lib/test_hmm.ko" "$dir/fixed/test_hmm_fixed.ko" "$root/"
# The size of one element of the module's array of four devices: with it a trace tells owners apart.
printf '%d\n' $(( 0x$(nm -S "$build/lib/test_hmm.ko" | awk '$4 == "dmirror_devices" { print $2 }') / 4 )) > "$root/ownersize"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$dir/runner.cpio.gz"
cp "$build/arch/x86/boot/bzImage" "$dir/kernel"
cat "$here"/* | cksum > "$dir/built"
echo "built $(make -s -C "$build" kernelrelease) in $dir" >&2
