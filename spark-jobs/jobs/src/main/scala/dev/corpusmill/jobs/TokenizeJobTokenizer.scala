package dev.corpusmill.jobs

import dev.corpusmill.core.CorpusmillError
import dev.corpusmill.core.bpe.{EndOfText, Tokenizer, TokenizerFile => LoadedFile, TokenizerLoader}

import java.nio.charset.StandardCharsets.US_ASCII
import java.security.MessageDigest
import java.util.HexFormat

/** A tokenizer ready for work, and what the manifest says of it. */
final case class LoadedTokenizer(tokenizer: Tokenizer, identity: TokenizerIdentity)

/** Loads the tokenizer of a spec. Raises TOKENIZER_INVALID for files that are gone, changed or no tokenizer. */
object TokenizeJobTokenizer {

  def load(spec: JobSpec): LoadedTokenizer = {
    val reference = spec.tokenizer.getOrElse {
      throw new CorpusmillError(
        "SPEC_INVALID",
        s"stage ${spec.stage} needs a tokenizer; the job spec has none"
      )
    }
    val tokenizer = if (reference.builtin) loadBuiltin(reference) else loadFiles(reference)
    val endOfText = EndOfText.idIn(tokenizer, reference.endOfText)
    LoadedTokenizer(
      tokenizer,
      TokenizerIdentity(reference.name, reference.sha256, tokenizer.vocabSize, endOfText)
    )
  }

  private def loadBuiltin(reference: TokenizerReference): Tokenizer = {
    checkDigest(reference.name, TokenizerLoader.builtinSha256(reference.name), reference.sha256)
    TokenizerLoader.builtin(reference.name)
  }

  private def loadFiles(reference: TokenizerReference): Tokenizer = {
    val files = reference.files.map { file =>
      val content = read(file)
      checkDigest(file.uri, sha256(content), file.sha256)
      LoadedFile(file.role, fileName(file.uri), content)
    }
    checkDigest(reference.name, combinedSha256(reference.files), reference.sha256)
    TokenizerLoader.load(files)
  }

  private def read(file: TokenizerFile): Array[Byte] =
    try Storage.of(file.uri).read(file.uri)
    catch {
      case error: CorpusmillError if error.code == "INPUT_MISSING" =>
        throw invalid(s"tokenizer file ${file.uri} is not there", file.uri)
    }

  /** Of one file its own digest; of several, in order of role, that of their hexadecimal digests one after another. */
  private def combinedSha256(files: Seq[TokenizerFile]): String = files.sortBy(_.role) match {
    case Seq(only) => only.sha256
    case several => sha256(several.map(_.sha256).mkString.getBytes(US_ASCII))
  }

  private def checkDigest(what: String, actual: String, expected: String): Unit =
    if (actual != expected)
      throw invalid(
        s"tokenizer $what has the SHA-256 $actual, the job spec says $expected; submit the run again",
        what
      )

  private def invalid(message: String, file: String): CorpusmillError =
    new CorpusmillError("TOKENIZER_INVALID", message, Map("file" -> file))

  private def sha256(bytes: Array[Byte]): String =
    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))

  private def fileName(uri: String): String = uri.substring(uri.lastIndexOf('/') + 1)
}
