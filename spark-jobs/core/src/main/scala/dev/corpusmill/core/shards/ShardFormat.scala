package dev.corpusmill.core.shards

/** A trainer's file format; `name` is that of recipes, manifests and folders. */
sealed abstract class ShardFormat(val name: String)

case object Llmc extends ShardFormat("llmc")
case object Megatron extends ShardFormat("megatron")
case object TfRecord extends ShardFormat("tfrecord")

object ShardFormat {
  val ALL: Seq[ShardFormat] = Seq(Llmc, Megatron, TfRecord)

  def find(name: String): Option[ShardFormat] = ALL.find(_.name == name)
}
