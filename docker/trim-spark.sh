#!/bin/bash
# Takes out of a pyspark installation what our jobs never load; the rest is Spark SQL on Kubernetes. usage: trim-spark.sh SITE_PACKAGES
set -euo pipefail
site=$1
jars=$site/pyspark/jars

# MLlib, Spark Connect, Hive's metastore and server, ZooKeeper masters, RocksDB state stores, Scala's compiler and REPL.
unused=(
  'spark-mllib*' 'spark-graphx*' 'breeze*' 'spire*' 'cats-kernel*' 'algebra_*' 'lapack*' 'blas*' 'arpack*' 'JTransforms*'
  'spark-connect_*' 'spark-hive*' 'hive-exec*' 'hive-metastore*' 'hive-beeline*' 'hive-cli*' 'hive-jdbc*' 'hive-service-rpc*'
  'datanucleus*' 'derby*' 'jdo-api*' 'bonecp*' 'HikariCP*' 'zookeeper*' 'curator*' 'rocksdbjni*'
  'scala-compiler*' 'jline*' 'spark-repl*'
  'netty-tcnative-*-osx-*' 'netty-tcnative-*-windows-*' 'netty-transport-native-kqueue*'
)
for pattern in "${unused[@]}"; do
  find "$jars" -maxdepth 1 -name "$pattern.jar" -delete
done

rm -rf "$site"/pyspark/{examples,data,sbin} \
  "$site"/pyarrow/{tests,include} "$site"/pandas/tests "$site"/numpy/*/tests
find "$site/pyspark/bin" -name '*.cmd' -delete
