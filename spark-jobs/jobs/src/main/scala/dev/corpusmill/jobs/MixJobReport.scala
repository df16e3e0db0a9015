package dev.corpusmill.jobs

import dev.corpusmill.core.mixing.{DomainSupply, MixSelection}

import scala.collection.immutable.SortedMap

/** What the manifest of a mix says of its domains and shards. */
object MixJobReport {

  /** `domains`: by name; tokens count end-of-text tokens. `shards`: number of shards by format. */
  def build(
      settings: MixJobSettings,
      supplies: Map[String, DomainSupply],
      selection: MixSelection,
      files: Seq[ManifestFile]
  ): Map[String, Any] = Map(
    "domains" -> SortedMap.from(selection.domains.map { case (domain, selected) =>
      domain -> SortedMap[String, Any](
        "weight" -> settings.mix.weights.flatMap(_.get(domain)).map(_.toDouble),
        "quota" -> selected.quota,
        "available" -> supplies.get(domain).fold(0L)(_.tokens),
        "availableDocuments" -> supplies.get(domain).fold(0L)(_.documents),
        "selectedTokens" -> selected.quota,
        "selectedDocuments" -> selected.selectedDocuments,
        "epochs" -> selected.epochs
      )
    }),
    "shards" -> SortedMap.from(settings.formats.map { format =>
      format.name -> files.count(file => file.role == Role.SHARD && file.format == format.name)
    })
  )
}
