/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Written by gen-entities.py from the named character references of HTML, as Python has them (html.entities); do not edit. */
#define ENTITY_NAME_MAX 31
#define ENTITY_BARE_MAX 6
#define ENTITY_BARE_MIN 2
static const char entity_names[] =
	"CounterClockwiseContourIntegralDoubleLongLeftRightArrowNotNestedGreaterGreaterDiacriticalDoubleA"
	"cuteNotSquareSupersetEqualCloseCurlyDoubleQuoteDoubleContourIntegralFilledVerySmallSquareNegativ"
	"eVeryThinSpaceNotPrecedesSlantEqualNotRightTriangleEqualNotSucceedsSlantEqualCapitalDifferential"
	"DDoubleLeftRightArrowDoubleLongRightArrowEmptyVerySmallSquareNotDoubleVerticalBarNotGreaterSlant"
	"EqualNotLeftTriangleEqualNotSquareSubsetEqualOpenCurlyDoubleQuoteReverseUpEquilibriumDoubleLongL"
	"eftArrowDownLeftRightVectorLeftArrowRightArrowNegativeMediumSpaceNotGreaterFullEqualNotRightTria"
	"ngleBarRightArrowLeftArrowleftrightsquigarrowDownRightTeeVectorDownRightVectorBarLongleftrightar"
	"rowNegativeThickSpaceNotLeftTriangleBarReverseEquilibriumRightDoubleBracketRightDownTeeVectorRig"
	"htDownVectorBarSquareIntersectionblacktrianglerightlongleftrightarrowDoubleUpDownArrowDownLeftTe"
	"eVectorDownLeftVectorBarFilledSmallSquareLeftDoubleBracketLeftDownTeeVectorLeftDownVectorBarNega"
	"tiveThinSpaceNotGreaterGreaterNotLessSlantEqualNotNestedLessLessNotReverseElementNotTildeFullEqu"
	"alRightAngleBracketRightUpDownVectorVerticalSeparatorblacktriangledownblacktriangleleftleftright"
	"harpoonsrightleftharpoonstwoheadrightarrowDiacriticalAcuteDiacriticalGraveDiacriticalTildeDouble"
	"RightArrowDownArrowUpArrowEmptySmallSquareGreaterEqualLessLeftAngleBracketLeftUpDownVectorLessEq"
	"ualGreaterNonBreakingSpaceNotPrecedesEqualNotSucceedsEqualNotSucceedsTildeNotSupersetEqualRightU"
	"pTeeVectorRightUpVectorBarUnderParenthesisUpArrowDownArrowcirclearrowrightdownharpoonrightntrian"
	"glerighteqrightharpoondownrightrightarrowstwoheadleftarrowvartrianglerightCloseCurlyQuoteDoubleD"
	"ownArrowDoubleLeftArrowLeftUpTeeVectorLeftUpVectorBarLowerRightArrowNotGreaterEqualNotGreaterTil"
	"deNotHumpDownHumpOverParenthesisShortRightArrowUpperRightArrowbigtriangledowncirclearrowleftcurv"
	"earrowrightdownharpoonleftleftharpoondownleftrightarrowsnLeftrightarrowntrianglelefteqrightlefta"
	"rrowsrightthreetimesstraightepsilonvartriangleleftDiacriticalDotDoubleRightTeeHorizontalLineInvi"
	"sibleCommaInvisibleTimesLongrightarrowLowerLeftArrowNotGreaterLessNotLessGreaterNotSubsetEqualNo"
	"tVerticalBarOpenCurlyQuoteShortDownArrowShortLeftArrowUpperLeftArrowZeroWidthSpacecurvearrowleft"
	"doublebarwedgedowndownarrowshookrightarrowleftleftarrowsleftthreetimeslongrightarrowlooparrowrig"
	"htnshortparallelrightarrowtailrightharpoonupupharpoonrightApplyFunctionDoubleLeftTeeDoubleUpArro"
	"wLessFullEqualLongleftarrowNotEqualTildeNotTildeEqualNotTildeTildePoincareplanePrecedesTildeRigh"
	"tArrowBarRightTeeArrowVerticalTildebigtriangleupdivideontimesfallingdotseqhookleftarrowleftarrow"
	"tailleftharpoonuplongleftarrowlooparrowleftmeasuredanglesmallsetminusupharpoonleftvarsubsetneqqv"
	"arsupsetneqqDownArrowBarDownTeeArrowExponentialEHilbertSpaceLeftArrowBarLeftTeeArrowNotCongruent"
	"NotHumpEqualNotLessEqualNotLessTildeProportionalRightCeilingRoundImpliesShortUpArrowUnderBracket"
	"VerticalLineblacklozengeexponentialerisingdotseqCircleMinusCircleTimesLeftCeilingNotLessLessOver"
	"BracketRrightarrowRuleDelayedSmallCircleSquareUnionUpdownarrowbackepsilonblacksquarecircledcircc"
	"ircleddashcurlyeqpreccurlyeqsuccdiamondsuiteqslantlessexpectationnRightarrownrightarrowprecnappr"
	"oxquaternionsstraightphisucccurlyeqsuccnapproxthickapproxupdownarrowBernoullisCirclePlusFouriert"
	"rfImaginaryILaplacetrfLleftarrowNotElementRightFloorUnderBraceUpArrowBarUpTeeArrowcircledastcomp"
	"lementcurlywedgeeqslantgtrgtreqqlesslessapproxlesseqqgtrlmoustachelongmapstomapstodownmapstoleft"
	"nLeftarrownleftarrownsubseteqqnsupseteqqprecapproxrmoustachesqsubseteqsqsupseteqsuccapproxupupar"
	"rowsvarepsilonvarnothingBackslashCenterDotCircleDotCoproductDoubleDotDownBreveDownarrowLeftFloor"
	"MellintrfMinusPlusNotCupCapNotExistsOverBracePlusMinusThereforeTripleDotUnionPlusbackprimebacksi"
	"meqbigotimescenterdotcheckmarkcomplexesdotsquaregtrapproxgtreqlessgvertneqqheartsuitlesseqgtrlve"
	"rtneqqngeqslantnleqslantnparallelnshortmidpitchforkrationalsspadesuitthereforetriangleqvarpropto"
	"DDotrahdDotEqualPartialDSuchThatUarrocirUnderBarandslopeangmsdaaangmsdabangmsdacangmsdadangmsdae"
	"angmsdafangmsdagangmsdahangrtvbdapproxeqawconintbackcongbbrktbrkbigoplusbigsqcupbiguplusbigwedge"
	"boxminusboxtimesbsolhsubcapbrcupcircledRcircledScirfnintclubsuitcupbrcapcurlyveecwconintdoteqdot"
	"dotminusdrbkarowdzigrarrelintersemptyseteqvparslfpartintgesdotolgnapproxhksearowhkswarowimagline"
	"imagpartinfintieintegersintercalintlarhklaemptyvldrusharlesdotorllcornerlnapproxlrcornerlurdshar"
	"mapstoupmultimapnaturalsncongdotnotindototimesasplusacirpointintprecneqqprecnsimprofalarprofline"
	"profsurfraemptyvrealpartrppolintrtriltriscpolintsmeparslsuccneqqsuccnsimthetasymthicksimtimesbar"
	"triminustrpeziumulcornerurcornervarkappavarsigmavarthetaBecauseCayleysCconintCedillaDiamondEpsil"
	"onNewLineNoBreakOmicronOverBarProductUparrowUpsilonalefsymangzarrasympeqbecausebemptyvbetweenbig"
	"circbigodotbigstarbnequivboxplusccupssmcemptyvcirscircoloneqcudarrlcudarrrcularrpcurarrmdbkarowd"
	"daggerddotseqdemptyvdigammadotplusdwangleeqcolonequivDDgtquestgtrlessharrcirintprodisindotlarrbf"
	"slarrsimlbrksldlbrksluldrdharlessdotlessgtrlesssimlotimesltquestluruharmalteseminusdunearrownexi"
	"stsnotinvanotinvbnotinvcnotnivanotnivbnotnivcnpolintnpreceqnsqsubensqsupensucceqnvinfinnvltrienv"
	"rtrienwarrowolcrossomicronorderoforslopepertenkplanckhpluscirplussimplustwoprecsimquatintquesteq"
	"rarrbfsrarrsimrbrksldrbrkslurdldharrealinerotimesruluharsearrowsimrarrsubedotsubmultsubplussubra"
	"rrsuccsimsupdsubsupedotsuphsolsuphsubsuplarrsupmultsupplusswarrowtopforktriplustritimeupsilonuwa"
	"nglevzigzagAacuteAbreveAgraveAssignAtildeBarwedBumpeqCacuteCcaronCcedilColoneConintDaggerDcaronD"
	"otDotDstrokEacuteEcaronEgraveForAllGammadGbreveGcedilHARDcyHstrokIacuteIgraveItildeJsercyKcedilL"
	"acuteLambdaLcaronLcedilLmidotLstrokNacuteNcaronNcedilNtildeOacuteOdblacOgraveOslashOtildeOtimesR"
	"acuteRarrtlRcaronRcedilSHCHcySOFTcySacuteScaronScedilSupsetTcaronTcedilTstrokUacuteUbreveUdblacU"
	"graveUtildeVdashlVerbarVvdashYacuteZacuteZcaronaacuteabreveagraveandandangsphapaciratildebarveeb"
	"ernoubigcapbigcupbigveebottombowtieboxboxbprimebrvbarbulletbumpeqcacutecapandcapcapcapcupcapdotc"
	"caronccedilcirceqcirmidcommatcompfncoprodcopysrcupcupcupdotcurrencylctydalethdcarondfishtdivonxd"
	"lcorndlcropdollardrcorndrcropdstrokeacuteeasterecaronecolonegraveegsdotelsdotemsp13emsp14eqcirce"
	"qualsequestfemaleffiligfflligforallfrac12frac13frac14frac15frac16frac18frac23frac25frac34frac35f"
	"rac38frac45frac56frac58frac78gacutegbrevegeslesgtlPargtrarrgtrdotgtrsimhairsphamilthardcyhelliph"
	"erconhomththorbarhslashhstrokhybullhypheniacuteigraveiiiintiinfininodotintcaliquestisinsvitildej"
	"sercykcedilkgreenlAtaillacutelagranlambdalanglelarrfslarrhklarrlplarrpllarrtllataillbracelbrackl"
	"caronlcedilldquorlesgeslfishtlfloorlharulllhardlmidotlopluslowastlowbarlparltlrhardlsaquolsquorl"
	"stroklthreeltimesltlarrltrParmarkermcommamidastmidcirmiddotmnplusmodelsmstposnVDashnVdashnacuten"
	"bumpencaronncedilnearhknesearnltrienotinEnparslnprcuenrarrcnrarrwnrtriensccuensimeqntildenumeron"
	"vDashnvHarrnvdashnvlArrnvrArrnwarhknwnearoacuteodblacodsoldograveominusorigofoslashotildeparsimp"
	"ercntperiodpermilphmmatplankvplusdoplusduplusmnprimesprnsimprurelpuncspqprimerAtailracuterangler"
	"arraprarrfsrarrhkrarrlprarrplrarrtlratailrbracerbrackrcaronrcedilrdquorrfishtrfloorrharulroplusr"
	"pargtrsaquorsquorrthreertimessacutescaronscedilscnsimsearhkseswarsfrownshchcysigmafsimdotsmashps"
	"oftcysolbarsqcapssqcupssquarfssetmnssmilesstarfsubdotsubsimsubsubsupdotsupsimsupsubsupsupswarhks"
	"wnwartargettcarontcediltelrecthere4thetavthinspthksimtimesdtopbottopcirtprimetridottstrokuacuteu"
	"breveudblacufishtugraveulcropurcroputildevangrtvarphivarrhoveebarvellipverbarvsubnEvsubnevsupnEv"
	"supnewedbarwedgeqweierpwreathxoplusxotimexsqcupxuplusxwedgeyacutezacutezcaronzeetrfAEligAcircAlp"
	"haAmacrAogonAringCcircCrossDashvDeltaEcircEmacrEogonGcircHacekHcircIJligIcircImacrIogonIukcyJcir"
	"cJukcyKappaOEligOcircOmacrOmegaPrimeRBarrScircSigmaTHORNTRADETSHcyThetaUbrcyUcircUmacrUogonUring"
	"WcircWedgeYcircacircaeligalephalphaamacramalgangstaogonaringawintbcongbdquobepsiblankblk12blk14b"
	"lk34blockboxDLboxDRboxDlboxDrboxHDboxHUboxHdboxHuboxULboxURboxUlboxUrboxVHboxVLboxVRboxVhboxVlbo"
	"xVrboxdLboxdRboxdlboxdrboxhDboxhUboxhdboxhuboxuLboxuRboxulboxurboxvHboxvLboxvRboxvhboxvlboxvrbse"
	"mibsimebsolbbumpEcaretccapscrarrcsubecsupectdotcueprcuesccuporcuveecuwedcwintdashvddarrdeltadiam"
	"sdtdotdtrifduarrduhareDDotefDotemacreogoneplusepsiveqsimffligfjligfltnsforkvfraslgesccgimelgneqq"
	"gnsimgsimegsimlgtcirgtdotharrwhcirchoarricirciexcliiotaijligimacrimageimathimpediogoniprodisinEi"
	"sinviukcyjcircjmathjukcylAarrlBarrlangdlaquolateslbarrlbbrklbrkelceillescclhblklltrilneqqlnsimlo"
	"angloarrlobrkloparlrtrilsimelsimgltcirltdotltrifmDDotmdashmumapnablanapidnaposndashneArrnedotnes"
	"imngeqqngsimnhArrnharrnhparnlArrnlarrnleqqnlessnlsimnpartnrArrnsmidnsparnsubEnsubensupEnsupenums"
	"pnvsimnwArrocircodashoeligofcirohbarolarrolcirolineomacromegaoperporarrovbarphonepoundprnapprsim"
	"rAarrrBarrradicrangdrangeraquorbarrrbbrkrbrkerceilrealsrlarrrnmidroangroarrrobrkroparrrarrrtrifs"
	"bquoscnapscsimsdotbseArrsharpsimgEsimlEsimnesmtesstrnsswArrszligthkapthorntradetrisbtshcytwixtub"
	"rcyucircudharuharluharruhblkultriumacruogonupsihuringurtriutdotutrifuuarrvBarvvarpiveeeqvnsubvns"
	"upvpropxcircxdtrixhArrxharrxlArrxlarrxodotxrArrxrarrxutriycircAopfAscrAumlBetaBopfBscrCOPYCdotCo"
	"pfCscrDJcyDScyDZcyDarrDopfDscrEdotEopfEscrEumlFopfFscrGJcyGdotGopfGscrHopfHscrIEcyIOcyIdotIopfIo"
	"taIscrIumlJopfJscrKHcyKJcyKopfKscrLJcyLangLarrLopfLscrMopfMscrNJcyNopfNscrOopfOscrOumlPopfPscrQU"
	"OTQopfQscrRangRopfRscrSopfSqrtSscrStarTScyTopfTscrUopfUscrUumlVbarVopfVscrWopfWscrXopfXscrYAcyYI"
	"cyYUcyYopfYscrYumlZHcyZdotZetaZopfZscranddandvaopfascraumlbNotbetabethbopfbscrcdotcirEcirecopfcs"
	"crdArrdHardjcydopfdscrdscydzcyenspeopfescreumleuroflatfnoffopffscrgjcygopfgscrgtccgvnEhalfhopfhs"
	"criecyimofiocyiopfiscriumljopfjscrkhcykjcykopfkscrlHarlcubldcaldshljcylopflozflscrlsqbltcclvnEml"
	"cpmldrmopfmscrnGtvnLtvnangnapEnbspncapncupngesngtrnisdnjcynldrnopfnscrntglntlgnvapnvgenvgtnvleoa"
	"stodivomidoopfordfordmororoscrosoloumlpopfprapprnEqintqopfqscrquotrHarrcubrdcaropfrscrrsqbscapsc"
	"nEsextsopfsqufsscrsungsup1sup2sup3toeatosatscrtscyuArruHaruopfuscruumlvArrvopfvscrwopfwscrxcapxc"
	"upxmapxnisxopfxscrxveeyacyyicyyopfyscryucyyumlzdotzetazhcyzopfzscrzwnjAMPAfrAndBcyBfrCfrChiDfrEN"
	"GETHEfrEtaFcyFfrGcyGfrHatHfrIfrJfrKcyKfrLcyLfrLshMapMcyMfrNcyNfrOfrPcyPfrPhiPsiQfrREGRcyRfrRhoRs"
	"hSfrSumTabTauTfrUfrVcyVeeVfrWfrXfrYcyYfrZfracEacdaframpapebcybfrcfrchidegdfrdieefrfcyffrgElgapgc"
	"ygelgfrgggglEglagljgnEhfrifrjfrkfrlaplcyleglgElnElrmlshmcymfrmhonGgnLlnfrngEnlEofrogtohmoltorvpc"
	"yprEqfrscEshysumtautfrufrvcywfrxfrycyyfrzfrzwjGTLTMuNuOrPiXioS";
static const char entity_values[] =
	"\342\201\237\342\200\212\342\210\240\342\203\222\342\210\251\357\270\200\342\210\252\357\270\200"
	"\342\210\274\342\203\222\342\211\215\342\203\222\342\211\241\342\203\245\342\211\244\342\203\222"
	"\342\211\245\342\203\222\342\211\250\357\270\200\342\211\251\357\270\200\342\211\252\342\203\222"
	"\342\211\253\342\203\222\342\212\202\342\203\222\342\212\203\342\203\222\342\212\212\357\270\200"
	"\342\212\213\357\270\200\342\212\223\357\270\200\342\212\224\357\270\200\342\212\264\342\203\222"
	"\342\212\265\342\203\222\342\213\232\357\270\200\342\213\233\357\270\200\342\252\254\357\270\200"
	"\342\252\255\357\270\200\342\253\213\357\270\200\342\253\214\357\270\200\342\253\275\342\203\245"
	"\342\206\235\314\270\342\210\202\314\270\342\210\275\314\261\342\210\276\314\263\342\211\202\314"
	"\270\342\211\213\314\270\342\211\216\314\270\342\211\217\314\270\342\211\220\314\270\342\211\246"
	"\314\270\342\211\247\314\270\342\211\252\314\270\342\211\253\314\270\342\211\277\314\270\342\212"
	"\217\314\270\342\212\220\314\270\342\213\230\314\270\342\213\231\314\270\342\213\265\314\270\342"
	"\213\271\314\270\342\244\263\314\270\342\247\217\314\270\342\247\220\314\270\342\251\255\314\270"
	"\342\251\260\314\270\342\251\275\314\270\342\251\276\314\270\342\252\241\314\270\342\252\242\314"
	"\270\342\252\257\314\270\342\252\260\314\270\342\253\205\314\270\342\253\206\314\270<\342\203\222"
	"=\342\203\245>\342\203\222\360\235\222\234\360\235\222\236\360\235\222\237\360\235\222\242\360\235"
	"\222\245\360\235\222\246\360\235\222\251\360\235\222\252\360\235\222\253\360\235\222\254\360\235"
	"\222\256\360\235\222\257\360\235\222\260\360\235\222\261\360\235\222\262\360\235\222\263\360\235"
	"\222\264\360\235\222\265\360\235\222\266\360\235\222\267\360\235\222\270\360\235\222\271\360\235"
	"\222\273\360\235\222\275\360\235\222\276\360\235\222\277\360\235\223\200\360\235\223\201\360\235"
	"\223\202\360\235\223\203\360\235\223\205\360\235\223\206\360\235\223\207\360\235\223\210\360\235"
	"\223\211\360\235\223\212\360\235\223\213\360\235\223\214\360\235\223\215\360\235\223\216\360\235"
	"\223\217\360\235\224\204\360\235\224\205\360\235\224\207\360\235\224\210\360\235\224\211\360\235"
	"\224\212\360\235\224\215\360\235\224\216\360\235\224\217\360\235\224\220\360\235\224\221\360\235"
	"\224\222\360\235\224\223\360\235\224\224\360\235\224\226\360\235\224\227\360\235\224\230\360\235"
	"\224\231\360\235\224\232\360\235\224\233\360\235\224\234\360\235\224\236\360\235\224\237\360\235"
	"\224\240\360\235\224\241\360\235\224\242\360\235\224\243\360\235\224\244\360\235\224\245\360\235"
	"\224\246\360\235\224\247\360\235\224\250\360\235\224\251\360\235\224\252\360\235\224\253\360\235"
	"\224\254\360\235\224\255\360\235\224\256\360\235\224\257\360\235\224\260\360\235\224\261\360\235"
	"\224\262\360\235\224\263\360\235\224\264\360\235\224\265\360\235\224\266\360\235\224\267\360\235"
	"\224\270\360\235\224\271\360\235\224\273\360\235\224\274\360\235\224\275\360\235\224\276\360\235"
	"\225\200\360\235\225\201\360\235\225\202\360\235\225\203\360\235\225\204\360\235\225\206\360\235"
	"\225\212\360\235\225\213\360\235\225\214\360\235\225\215\360\235\225\216\360\235\225\217\360\235"
	"\225\220\360\235\225\222\360\235\225\223\360\235\225\224\360\235\225\225\360\235\225\226\360\235"
	"\225\227\360\235\225\230\360\235\225\231\360\235\225\232\360\235\225\233\360\235\225\234\360\235"
	"\225\235\360\235\225\236\360\235\225\237\360\235\225\240\360\235\225\241\360\235\225\242\360\235"
	"\225\243\360\235\225\244\360\235\225\245\360\235\225\246\360\235\225\247\360\235\225\250\360\235"
	"\225\251\360\235\225\252\360\235\225\253\342\200\202\342\200\203\342\200\204\342\200\205\342\200"
	"\207\342\200\210\342\200\211\342\200\213\342\200\214\342\200\215\342\200\216\342\200\217\342\200"
	"\220\342\200\223\342\200\224\342\200\225\342\200\226\342\200\230\342\200\231\342\200\232\342\200"
	"\234\342\200\235\342\200\236\342\200\240\342\200\241\342\200\242\342\200\245\342\200\246\342\200"
	"\260\342\200\261\342\200\262\342\200\263\342\200\264\342\200\265\342\200\271\342\200\272\342\200"
	"\276\342\201\201\342\201\203\342\201\204\342\201\217\342\201\227\342\201\240\342\201\241\342\201"
	"\242\342\201\243\342\202\254\342\203\233\342\203\234\342\204\202\342\204\205\342\204\212\342\204"
	"\213\342\204\214\342\204\215\342\204\216\342\204\217\342\204\220\342\204\221\342\204\222\342\204"
	"\223\342\204\225\342\204\226\342\204\227\342\204\230\342\204\231\342\204\232\342\204\233\342\204"
	"\234\342\204\235\342\204\236\342\204\242\342\204\244\342\204\247\342\204\250\342\204\251\342\204"
	"\254\342\204\255\342\204\257\342\204\260\342\204\261\342\204\263\342\204\264\342\204\265\342\204"
	"\266\342\204\267\342\204\270\342\205\205\342\205\206\342\205\207\342\205\210\342\205\223\342\205"
	"\224\342\205\225\342\205\226\342\205\227\342\205\230\342\205\231\342\205\232\342\205\233\342\205"
	"\234\342\205\235\342\205\236\342\206\220\342\206\221\342\206\222\342\206\223\342\206\224\342\206"
	"\225\342\206\226\342\206\227\342\206\230\342\206\231\342\206\232\342\206\233\342\206\236\342\206"
	"\237\342\206\240\342\206\241\342\206\242\342\206\243\342\206\244\342\206\245\342\206\246\342\206"
	"\247\342\206\251\342\206\252\342\206\253\342\206\254\342\206\255\342\206\256\342\206\260\342\206"
	"\261\342\206\262\342\206\263\342\206\265\342\206\266\342\206\267\342\206\272\342\206\273\342\206"
	"\274\342\206\275\342\206\276\342\206\277\342\207\200\342\207\201\342\207\202\342\207\203\342\207"
	"\204\342\207\205\342\207\206\342\207\207\342\207\210\342\207\211\342\207\212\342\207\213\342\207"
	"\214\342\207\215\342\207\216\342\207\217\342\207\220\342\207\221\342\207\222\342\207\223\342\207"
	"\224\342\207\225\342\207\226\342\207\227\342\207\230\342\207\231\342\207\232\342\207\233\342\207"
	"\235\342\207\244\342\207\245\342\207\265\342\207\275\342\207\276\342\207\277\342\210\200\342\210"
	"\201\342\210\203\342\210\204\342\210\205\342\210\207\342\210\210\342\210\211\342\210\213\342\210"
	"\214\342\210\217\342\210\220\342\210\221\342\210\222\342\210\223\342\210\224\342\210\226\342\210"
	"\227\342\210\230\342\210\232\342\210\235\342\210\236\342\210\237\342\210\241\342\210\242\342\210"
	"\243\342\210\244\342\210\245\342\210\246\342\210\247\342\210\250\342\210\253\342\210\254\342\210"
	"\255\342\210\256\342\210\257\342\210\260\342\210\261\342\210\262\342\210\263\342\210\264\342\210"
	"\265\342\210\266\342\210\267\342\210\270\342\210\272\342\210\273\342\210\277\342\211\200\342\211"
	"\201\342\211\203\342\211\204\342\211\205\342\211\206\342\211\207\342\211\210\342\211\211\342\211"
	"\212\342\211\214\342\211\221\342\211\222\342\211\223\342\211\224\342\211\225\342\211\226\342\211"
	"\227\342\211\231\342\211\232\342\211\234\342\211\237\342\211\240\342\211\242\342\211\254\342\211"
	"\255\342\211\256\342\211\257\342\211\260\342\211\261\342\211\262\342\211\263\342\211\264\342\211"
	"\265\342\211\266\342\211\267\342\211\270\342\211\271\342\211\272\342\211\273\342\211\274\342\211"
	"\275\342\211\276\342\212\200\342\212\201\342\212\204\342\212\205\342\212\206\342\212\207\342\212"
	"\210\342\212\211\342\212\215\342\212\216\342\212\221\342\212\222\342\212\225\342\212\226\342\212"
	"\227\342\212\230\342\212\231\342\212\232\342\212\233\342\212\235\342\212\236\342\212\237\342\212"
	"\240\342\212\241\342\212\242\342\212\243\342\212\244\342\212\245\342\212\247\342\212\250\342\212"
	"\251\342\212\252\342\212\253\342\212\254\342\212\255\342\212\256\342\212\257\342\212\260\342\212"
	"\262\342\212\263\342\212\266\342\212\267\342\212\270\342\212\271\342\212\272\342\212\273\342\212"
	"\275\342\212\276\342\212\277\342\213\200\342\213\201\342\213\202\342\213\203\342\213\204\342\213"
	"\205\342\213\206\342\213\207\342\213\210\342\213\211\342\213\212\342\213\213\342\213\214\342\213"
	"\215\342\213\216\342\213\217\342\213\220\342\213\221\342\213\222\342\213\223\342\213\224\342\213"
	"\225\342\213\226\342\213\227\342\213\236\342\213\237\342\213\240\342\213\241\342\213\242\342\213"
	"\243\342\213\246\342\213\247\342\213\250\342\213\251\342\213\252\342\213\253\342\213\254\342\213"
	"\255\342\213\256\342\213\257\342\213\260\342\213\261\342\213\262\342\213\263\342\213\264\342\213"
	"\266\342\213\267\342\213\272\342\213\273\342\213\274\342\213\275\342\213\276\342\214\205\342\214"
	"\206\342\214\210\342\214\211\342\214\212\342\214\213\342\214\214\342\214\215\342\214\216\342\214"
	"\217\342\214\220\342\214\222\342\214\223\342\214\225\342\214\226\342\214\234\342\214\235\342\214"
	"\236\342\214\237\342\214\242\342\214\243\342\214\255\342\214\256\342\214\266\342\214\275\342\214"
	"\277\342\215\274\342\216\260\342\216\261\342\216\264\342\216\265\342\216\266\342\217\234\342\217"
	"\235\342\217\236\342\217\237\342\217\242\342\217\247\342\220\243\342\223\210\342\224\200\342\224"
	"\202\342\224\214\342\224\220\342\224\224\342\224\230\342\224\234\342\224\244\342\224\254\342\224"
	"\264\342\224\274\342\225\220\342\225\221\342\225\222\342\225\223\342\225\224\342\225\225\342\225"
	"\226\342\225\227\342\225\230\342\225\231\342\225\232\342\225\233\342\225\234\342\225\235\342\225"
	"\236\342\225\237\342\225\240\342\225\241\342\225\242\342\225\243\342\225\244\342\225\245\342\225"
	"\246\342\225\247\342\225\250\342\225\251\342\225\252\342\225\253\342\225\254\342\226\200\342\226"
	"\204\342\226\210\342\226\221\342\226\222\342\226\223\342\226\241\342\226\252\342\226\253\342\226"
	"\255\342\226\256\342\226\261\342\226\263\342\226\264\342\226\265\342\226\270\342\226\271\342\226"
	"\275\342\226\276\342\226\277\342\227\202\342\227\203\342\227\212\342\227\213\342\227\254\342\227"
	"\257\342\227\270\342\227\271\342\227\272\342\227\273\342\227\274\342\230\205\342\230\206\342\230"
	"\216\342\231\200\342\231\202\342\231\240\342\231\243\342\231\245\342\231\246\342\231\252\342\231"
	"\255\342\231\256\342\231\257\342\234\223\342\234\227\342\234\240\342\234\266\342\235\230\342\235"
	"\262\342\235\263\342\237\210\342\237\211\342\237\246\342\237\247\342\237\250\342\237\251\342\237"
	"\252\342\237\253\342\237\254\342\237\255\342\237\265\342\237\266\342\237\267\342\237\270\342\237"
	"\271\342\237\272\342\237\274\342\237\277\342\244\202\342\244\203\342\244\204\342\244\205\342\244"
	"\214\342\244\215\342\244\216\342\244\217\342\244\220\342\244\221\342\244\222\342\244\223\342\244"
	"\226\342\244\231\342\244\232\342\244\233\342\244\234\342\244\235\342\244\236\342\244\237\342\244"
	"\240\342\244\243\342\244\244\342\244\245\342\244\246\342\244\247\342\244\250\342\244\251\342\244"
	"\252\342\244\265\342\244\266\342\244\267\342\244\270\342\244\271\342\244\274\342\244\275\342\245"
	"\205\342\245\210\342\245\211\342\245\212\342\245\213\342\245\216\342\245\217\342\245\220\342\245"
	"\221\342\245\222\342\245\223\342\245\224\342\245\225\342\245\226\342\245\227\342\245\230\342\245"
	"\231\342\245\232\342\245\233\342\245\234\342\245\235\342\245\236\342\245\237\342\245\240\342\245"
	"\241\342\245\242\342\245\243\342\245\244\342\245\245\342\245\246\342\245\247\342\245\250\342\245"
	"\251\342\245\252\342\245\253\342\245\254\342\245\255\342\245\256\342\245\257\342\245\260\342\245"
	"\261\342\245\262\342\245\263\342\245\264\342\245\265\342\245\266\342\245\270\342\245\271\342\245"
	"\273\342\245\274\342\245\275\342\245\276\342\245\277\342\246\205\342\246\206\342\246\213\342\246"
	"\214\342\246\215\342\246\216\342\246\217\342\246\220\342\246\221\342\246\222\342\246\223\342\246"
	"\224\342\246\225\342\246\226\342\246\232\342\246\234\342\246\235\342\246\244\342\246\245\342\246"
	"\246\342\246\247\342\246\250\342\246\251\342\246\252\342\246\253\342\246\254\342\246\255\342\246"
	"\256\342\246\257\342\246\260\342\246\261\342\246\262\342\246\263\342\246\264\342\246\265\342\246"
	"\266\342\246\267\342\246\271\342\246\273\342\246\274\342\246\276\342\246\277\342\247\200\342\247"
	"\201\342\247\202\342\247\203\342\247\204\342\247\205\342\247\211\342\247\215\342\247\216\342\247"
	"\234\342\247\235\342\247\236\342\247\243\342\247\244\342\247\245\342\247\253\342\247\264\342\247"
	"\266\342\250\200\342\250\201\342\250\202\342\250\204\342\250\206\342\250\214\342\250\215\342\250"
	"\220\342\250\221\342\250\222\342\250\223\342\250\224\342\250\225\342\250\226\342\250\227\342\250"
	"\242\342\250\243\342\250\244\342\250\245\342\250\246\342\250\247\342\250\251\342\250\252\342\250"
	"\255\342\250\256\342\250\257\342\250\260\342\250\261\342\250\263\342\250\264\342\250\265\342\250"
	"\266\342\250\267\342\250\270\342\250\271\342\250\272\342\250\273\342\250\274\342\250\277\342\251"
	"\200\342\251\202\342\251\203\342\251\204\342\251\205\342\251\206\342\251\207\342\251\210\342\251"
	"\211\342\251\212\342\251\213\342\251\214\342\251\215\342\251\220\342\251\223\342\251\224\342\251"
	"\225\342\251\226\342\251\227\342\251\230\342\251\232\342\251\233\342\251\234\342\251\235\342\251"
	"\237\342\251\246\342\251\252\342\251\256\342\251\257\342\251\261\342\251\262\342\251\263\342\251"
	"\264\342\251\265\342\251\267\342\251\270\342\251\271\342\251\272\342\251\273\342\251\274\342\251"
	"\277\342\252\200\342\252\201\342\252\202\342\252\203\342\252\204\342\252\205\342\252\206\342\252"
	"\207\342\252\210\342\252\211\342\252\212\342\252\213\342\252\214\342\252\215\342\252\216\342\252"
	"\217\342\252\220\342\252\221\342\252\222\342\252\223\342\252\224\342\252\225\342\252\226\342\252"
	"\227\342\252\230\342\252\231\342\252\232\342\252\235\342\252\236\342\252\237\342\252\240\342\252"
	"\244\342\252\245\342\252\246\342\252\247\342\252\250\342\252\251\342\252\252\342\252\253\342\252"
	"\256\342\252\263\342\252\264\342\252\265\342\252\266\342\252\267\342\252\270\342\252\271\342\252"
	"\272\342\252\273\342\252\274\342\252\275\342\252\276\342\252\277\342\253\200\342\253\201\342\253"
	"\202\342\253\203\342\253\204\342\253\207\342\253\210\342\253\217\342\253\220\342\253\221\342\253"
	"\222\342\253\223\342\253\224\342\253\225\342\253\226\342\253\227\342\253\230\342\253\231\342\253"
	"\232\342\253\233\342\253\244\342\253\246\342\253\247\342\253\250\342\253\251\342\253\253\342\253"
	"\254\342\253\255\342\253\256\342\253\257\342\253\260\342\253\261\342\253\262\342\253\263\357\254"
	"\200\357\254\201\357\254\202\357\254\203\357\254\204fj\302\240\302\241\302\242\302\243\302\244\302"
	"\245\302\246\302\247\302\250\302\251\302\252\302\253\302\254\302\255\302\256\302\257\302\260\302"
	"\261\302\262\302\263\302\264\302\265\302\266\302\267\302\270\302\271\302\272\302\273\302\274\302"
	"\275\302\276\302\277\303\200\303\201\303\202\303\203\303\204\303\205\303\206\303\207\303\210\303"
	"\211\303\212\303\213\303\214\303\215\303\216\303\217\303\220\303\221\303\222\303\223\303\224\303"
	"\225\303\226\303\227\303\230\303\231\303\232\303\233\303\234\303\235\303\236\303\237\303\240\303"
	"\241\303\242\303\243\303\244\303\245\303\246\303\247\303\250\303\251\303\252\303\253\303\254\303"
	"\255\303\256\303\257\303\260\303\261\303\262\303\263\303\264\303\265\303\266\303\267\303\270\303"
	"\271\303\272\303\273\303\274\303\275\303\276\303\277\304\200\304\201\304\202\304\203\304\204\304"
	"\205\304\206\304\207\304\210\304\211\304\212\304\213\304\214\304\215\304\216\304\217\304\220\304"
	"\221\304\222\304\223\304\226\304\227\304\230\304\231\304\232\304\233\304\234\304\235\304\236\304"
	"\237\304\240\304\241\304\242\304\244\304\245\304\246\304\247\304\250\304\251\304\252\304\253\304"
	"\256\304\257\304\260\304\261\304\262\304\263\304\264\304\265\304\266\304\267\304\270\304\271\304"
	"\272\304\273\304\274\304\275\304\276\304\277\305\200\305\201\305\202\305\203\305\204\305\205\305"
	"\206\305\207\305\210\305\211\305\212\305\213\305\214\305\215\305\220\305\221\305\222\305\223\305"
	"\224\305\225\305\226\305\227\305\230\305\231\305\232\305\233\305\234\305\235\305\236\305\237\305"
	"\240\305\241\305\242\305\243\305\244\305\245\305\246\305\247\305\250\305\251\305\252\305\253\305"
	"\254\305\255\305\256\305\257\305\260\305\261\305\262\305\263\305\264\305\265\305\266\305\267\305"
	"\270\305\271\305\272\305\273\305\274\305\275\305\276\306\222\306\265\307\265\310\267\313\206\313"
	"\207\313\230\313\231\313\232\313\233\313\234\313\235\314\221\316\221\316\222\316\223\316\224\316"
	"\225\316\226\316\227\316\230\316\231\316\232\316\233\316\234\316\235\316\236\316\237\316\240\316"
	"\241\316\243\316\244\316\245\316\246\316\247\316\250\316\251\316\261\316\262\316\263\316\264\316"
	"\265\316\266\316\267\316\270\316\271\316\272\316\273\316\274\316\275\316\276\316\277\317\200\317"
	"\201\317\202\317\203\317\204\317\205\317\206\317\207\317\210\317\211\317\221\317\222\317\225\317"
	"\226\317\234\317\235\317\260\317\261\317\265\317\266\320\201\320\202\320\203\320\204\320\205\320"
	"\206\320\207\320\210\320\211\320\212\320\213\320\214\320\216\320\217\320\220\320\221\320\222\320"
	"\223\320\224\320\225\320\226\320\227\320\230\320\231\320\232\320\233\320\234\320\235\320\236\320"
	"\237\320\240\320\241\320\242\320\243\320\244\320\245\320\246\320\247\320\250\320\251\320\252\320"
	"\253\320\254\320\255\320\256\320\257\320\260\320\261\320\262\320\263\320\264\320\265\320\266\320"
	"\267\320\270\320\271\320\272\320\273\320\274\320\275\320\276\320\277\321\200\321\201\321\202\321"
	"\203\321\204\321\205\321\206\321\207\321\210\321\211\321\212\321\213\321\214\321\215\321\216\321"
	"\217\321\221\321\222\321\223\321\224\321\225\321\226\321\227\321\230\321\231\321\232\321\233\321"
	"\234\321\236\321\237\011\012!\042#$%&'()*+,./:;\077@[\134]^_`{|}";
static const struct entity entity_full[2125] = {
	{ 7667, 3478, 5, 2 }, /* AElig */
	{ 10150, 4169, 3, 1 }, /* AMP */
	{ 5483, 3468, 6, 2 }, /* Aacute */
	{ 5489, 3598, 6, 2 }, /* Abreve */
	{ 7672, 3470, 5, 2 }, /* Acirc */
	{ 9499, 4006, 3, 2 }, /* Acy */
	{ 10153, 509, 3, 4 }, /* Afr */
	{ 5495, 3466, 6, 2 }, /* Agrave */
	{ 7677, 3860, 5, 2 }, /* Alpha */
	{ 7682, 3594, 5, 2 }, /* Amacr */
	{ 10156, 3043, 3, 3 }, /* And */
	{ 7687, 3602, 5, 2 }, /* Aogon */
	{ 9182, 697, 4, 4 }, /* Aopf */
	{ 2362, 1006, 13, 3 }, /* ApplyFunction */
	{ 7692, 3476, 5, 2 }, /* Aring */
	{ 9186, 345, 4, 4 }, /* Ascr */
	{ 5501, 1600, 6, 3 }, /* Assign */
	{ 5507, 3472, 6, 2 }, /* Atilde */
	{ 9190, 3474, 4, 2 }, /* Auml */
	{ 3576, 1462, 9, 3 }, /* Backslash */
	{ 9098, 3349, 4, 3 }, /* Barv */
	{ 5513, 1993, 6, 3 }, /* Barwed */
	{ 10159, 4008, 3, 2 }, /* Bcy */
	{ 4664, 1537, 7, 3 }, /* Because */
	{ 3236, 1105, 10, 3 }, /* Bernoullis */
	{ 9194, 3862, 4, 2 }, /* Beta */
	{ 10162, 513, 3, 4 }, /* Bfr */
	{ 9198, 701, 4, 4 }, /* Bopf */
	{ 3625, 3846, 5, 2 }, /* Breve */
	{ 9202, 1105, 4, 3 }, /* Bscr */
	{ 5519, 198, 6, 3 }, /* Bumpeq */
	{ 5785, 4052, 4, 2 }, /* CHcy */
	{ 9206, 3420, 4, 2 }, /* COPY */
	{ 5525, 3606, 6, 2 }, /* Cacute */
	{ 269, 1888, 3, 3 }, /* Cap */
	{ 269, 1138, 20, 3 }, /* CapitalDifferentialD */
	{ 4671, 1108, 7, 3 }, /* Cayleys */
	{ 5531, 3618, 6, 2 }, /* Ccaron */
	{ 5537, 3480, 6, 2 }, /* Ccedil */
	{ 7697, 3610, 5, 2 }, /* Ccirc */
	{ 4678, 1522, 7, 3 }, /* Cconint */
	{ 9210, 3614, 4, 2 }, /* Cdot */
	{ 4685, 3450, 7, 2 }, /* Cedilla */
	{ 3585, 3448, 9, 2 }, /* CenterDot */
	{ 10165, 1108, 3, 3 }, /* Cfr */
	{ 10168, 3902, 3, 2 }, /* Chi */
	{ 3594, 1735, 9, 3 }, /* CircleDot */
	{ 2928, 1726, 11, 3 }, /* CircleMinus */
	{ 3246, 1723, 10, 3 }, /* CirclePlus */
	{ 2939, 1729, 11, 3 }, /* CircleTimes */
	{ 7, 1528, 24, 3 }, /* ClockwiseContourIntegral */
	{ 122, 940, 21, 3 }, /* CloseCurlyDoubleQuote */
	{ 1610, 931, 15, 3 }, /* CloseCurlyQuote */
	{ 5543, 1543, 5, 3 }, /* Colon */
	{ 5543, 3097, 6, 3 }, /* Colone */
	{ 2775, 36, 9, 3 }, /* Congruent */
	{ 5549, 1519, 6, 3 }, /* Conint */
	{ 16, 1516, 15, 3 }, /* ContourIntegral */
	{ 9214, 1024, 4, 3 }, /* Copf */
	{ 3603, 1447, 9, 3 }, /* Coproduct */
	{ 0, 1531, 31, 3 }, /* CounterClockwiseContourIntegral */
	{ 7702, 2959, 5, 3 }, /* Cross */
	{ 9218, 349, 4, 4 }, /* Cscr */
	{ 3669, 1891, 3, 3 }, /* Cup */
	{ 3669, 30, 6, 3 }, /* CupCap */
	{ 288, 1138, 2, 3 }, /* DD */
	{ 3936, 2464, 8, 3 }, /* DDotrahd */
	{ 9222, 3980, 4, 2 }, /* DJcy */
	{ 9226, 3986, 4, 2 }, /* DScy */
	{ 9230, 4004, 4, 2 }, /* DZcy */
	{ 5555, 949, 6, 3 }, /* Dagger */
	{ 9234, 1231, 4, 3 }, /* Darr */
	{ 7707, 3343, 5, 3 }, /* Dashv */
	{ 5561, 3622, 6, 2 }, /* Dcaron */
	{ 5624, 4014, 3, 2 }, /* Dcy */
	{ 2998, 1429, 3, 3 }, /* Del */
	{ 7712, 3866, 5, 2 }, /* Delta */
	{ 10171, 517, 3, 4 }, /* Dfr */
	{ 1194, 3442, 16, 2 }, /* DiacriticalAcute */
	{ 1970, 3848, 14, 2 }, /* DiacriticalDot */
	{ 78, 3856, 22, 2 }, /* DiacriticalDoubleAcute */
	{ 1210, 4187, 16, 1 }, /* DiacriticalGrave */
	{ 1226, 3854, 16, 2 }, /* DiacriticalTilde */
	{ 4692, 1846, 7, 3 }, /* Diamond */
	{ 276, 1141, 13, 3 }, /* DifferentialD */
	{ 9238, 705, 4, 4 }, /* Dopf */
	{ 1981, 3418, 3, 2 }, /* Dot */
	{ 5567, 1021, 6, 3 }, /* DotDot */
	{ 3944, 208, 8, 3 }, /* DotEqual */
	{ 143, 1519, 21, 3 }, /* DoubleContourIntegral */
	{ 3612, 3418, 9, 2 }, /* DoubleDot */
	{ 1625, 1366, 15, 3 }, /* DoubleDownArrow */
	{ 1640, 1357, 15, 3 }, /* DoubleLeftArrow */
	{ 289, 1369, 20, 3 }, /* DoubleLeftRightArrow */
	{ 2375, 3343, 13, 3 }, /* DoubleLeftTee */
	{ 469, 2422, 19, 3 }, /* DoubleLongLeftArrow */
	{ 31, 2428, 24, 3 }, /* DoubleLongLeftRightArrow */
	{ 309, 2425, 20, 3 }, /* DoubleLongRightArrow */
	{ 1242, 1363, 16, 3 }, /* DoubleRightArrow */
	{ 1984, 1774, 14, 3 }, /* DoubleRightTee */
	{ 2388, 1360, 13, 3 }, /* DoubleUpArrow */
	{ 837, 1372, 17, 3 }, /* DoubleUpDownArrow */
	{ 352, 1495, 17, 3 }, /* DoubleVerticalBar */
	{ 845, 1195, 9, 3 }, /* DownArrow */
	{ 2700, 2470, 12, 3 }, /* DownArrowBar */
	{ 1258, 1402, 16, 3 }, /* DownArrowUpArrow */
	{ 3621, 3858, 9, 2 }, /* DownBreve */
	{ 488, 2566, 19, 3 }, /* DownLeftRightVector */
	{ 854, 2608, 17, 3 }, /* DownLeftTeeVector */
	{ 871, 1300, 14, 3 }, /* DownLeftVector */
	{ 871, 2584, 17, 3 }, /* DownLeftVectorBar */
	{ 621, 2611, 18, 3 }, /* DownRightTeeVector */
	{ 639, 1312, 15, 3 }, /* DownRightVector */
	{ 639, 2587, 18, 3 }, /* DownRightVectorBar */
	{ 752, 1765, 7, 3 }, /* DownTee */
	{ 2712, 1249, 12, 3 }, /* DownTeeArrow */
	{ 3630, 1366, 9, 3 }, /* Downarrow */
	{ 9242, 353, 4, 4 }, /* Dscr */
	{ 5573, 3626, 6, 2 }, /* Dstrok */
	{ 10174, 3732, 3, 2 }, /* ENG */
	{ 10177, 3498, 3, 2 }, /* ETH */
	{ 5579, 3484, 6, 2 }, /* Eacute */
	{ 5585, 3642, 6, 2 }, /* Ecaron */
	{ 7717, 3486, 5, 2 }, /* Ecirc */
	{ 9295, 4064, 3, 2 }, /* Ecy */
	{ 9246, 3634, 4, 2 }, /* Edot */
	{ 10180, 521, 3, 4 }, /* Efr */
	{ 5591, 3482, 6, 2 }, /* Egrave */
	{ 1034, 1432, 7, 3 }, /* Element */
	{ 7722, 3630, 5, 2 }, /* Emacr */
	{ 1274, 2317, 16, 3 }, /* EmptySmallSquare */
	{ 329, 2254, 20, 3 }, /* EmptyVerySmallSquare */
	{ 7727, 3638, 5, 2 }, /* Eogon */
	{ 9250, 709, 4, 4 }, /* Eopf */
	{ 4699, 3868, 7, 2 }, /* Epsilon */
	{ 117, 3100, 5, 3 }, /* Equal */
	{ 2430, 188, 10, 3 }, /* EqualTilde */
	{ 458, 1345, 11, 3 }, /* Equilibrium */
	{ 9254, 1114, 4, 3 }, /* Escr */
	{ 8961, 3094, 4, 3 }, /* Esim */
	{ 10183, 3872, 3, 2 }, /* Eta */
	{ 9258, 3488, 4, 2 }, /* Euml */
	{ 3678, 1420, 6, 3 }, /* Exists */
	{ 2724, 1144, 12, 3 }, /* ExponentialE */
	{ 10186, 4046, 3, 2 }, /* Fcy */
	{ 10189, 525, 3, 4 }, /* Ffr */
	{ 888, 2320, 17, 3 }, /* FilledSmallSquare */
	{ 164, 2251, 21, 3 }, /* FilledVerySmallSquare */
	{ 9262, 713, 4, 4 }, /* Fopf */
	{ 5597, 1414, 6, 3 }, /* ForAll */
	{ 3256, 1117, 10, 3 }, /* Fouriertrf */
	{ 9266, 1117, 4, 3 }, /* Fscr */
	{ 9270, 3982, 4, 2 }, /* GJcy */
	{ 10510, 341, 2, 1 }, /* GT */
	{ 5603, 3864, 5, 2 }, /* Gamma */
	{ 5603, 3966, 6, 2 }, /* Gammad */
	{ 5609, 3650, 6, 2 }, /* Gbreve */
	{ 5615, 3658, 6, 2 }, /* Gcedil */
	{ 7732, 3646, 5, 2 }, /* Gcirc */
	{ 10192, 4012, 3, 2 }, /* Gcy */
	{ 9274, 3654, 4, 2 }, /* Gdot */
	{ 10195, 529, 3, 4 }, /* Gfr */
	{ 10433, 253, 2, 3 }, /* Gg */
	{ 9278, 717, 4, 4 }, /* Gopf */
	{ 1290, 48, 12, 3 }, /* GreaterEqual */
	{ 1290, 132, 16, 3 }, /* GreaterEqualLess */
	{ 548, 218, 16, 3 }, /* GreaterFullEqual */
	{ 64, 308, 14, 3 }, /* GreaterGreater */
	{ 2071, 1663, 11, 3 }, /* GreaterLess */
	{ 372, 298, 17, 3 }, /* GreaterSlantEqual */
	{ 1718, 1651, 12, 3 }, /* GreaterTilde */
	{ 9282, 357, 4, 4 }, /* Gscr */
	{ 9807, 72, 2, 3 }, /* Gt */
	{ 5621, 4058, 6, 2 }, /* HARDcy */
	{ 7737, 3844, 5, 2 }, /* Hacek */
	{ 10198, 4185, 3, 1 }, /* Hat */
	{ 7742, 3660, 5, 2 }, /* Hcirc */
	{ 10201, 1036, 3, 3 }, /* Hfr */
	{ 2736, 1033, 12, 3 }, /* HilbertSpace */
	{ 9286, 1039, 4, 3 }, /* Hopf */
	{ 1998, 2110, 14, 3 }, /* HorizontalLine */
	{ 9290, 1033, 4, 3 }, /* Hscr */
	{ 5627, 3664, 6, 2 }, /* Hstrok */
	{ 1733, 198, 12, 3 }, /* HumpDownHump */
	{ 2787, 203, 9, 3 }, /* HumpEqual */
	{ 9294, 4016, 4, 2 }, /* IEcy */
	{ 7747, 3684, 5, 2 }, /* IJlig */
	{ 9298, 3978, 4, 2 }, /* IOcy */
	{ 5633, 3492, 6, 2 }, /* Iacute */
	{ 7752, 3494, 5, 2 }, /* Icirc */
	{ 9503, 4022, 3, 2 }, /* Icy */
	{ 9302, 3680, 4, 2 }, /* Idot */
	{ 10204, 1051, 3, 3 }, /* Ifr */
	{ 5639, 3490, 6, 2 }, /* Igrave */
	{ 2849, 1051, 2, 3 }, /* Im */
	{ 7757, 3672, 5, 2 }, /* Imacr */
	{ 3266, 1147, 10, 3 }, /* ImaginaryI */
	{ 2849, 1363, 7, 3 }, /* Implies */
	{ 23, 1510, 3, 3 }, /* Int */
	{ 23, 1507, 8, 3 }, /* Integral */
	{ 789, 1840, 12, 3 }, /* Intersection */
	{ 2012, 1012, 14, 3 }, /* InvisibleComma */
	{ 2026, 1009, 14, 3 }, /* InvisibleTimes */
	{ 7762, 3676, 5, 2 }, /* Iogon */
	{ 9306, 721, 4, 4 }, /* Iopf */
	{ 9310, 3876, 4, 2 }, /* Iota */
	{ 9314, 1048, 4, 3 }, /* Iscr */
	{ 5645, 3668, 6, 2 }, /* Itilde */
	{ 7767, 3988, 5, 2 }, /* Iukcy */
	{ 9318, 3496, 4, 2 }, /* Iuml */
	{ 7772, 3688, 5, 2 }, /* Jcirc */
	{ 9223, 4024, 3, 2 }, /* Jcy */
	{ 10207, 533, 3, 4 }, /* Jfr */
	{ 9322, 725, 4, 4 }, /* Jopf */
	{ 9326, 361, 4, 4 }, /* Jscr */
	{ 5651, 3992, 6, 2 }, /* Jsercy */
	{ 7777, 3984, 5, 2 }, /* Jukcy */
	{ 9330, 4048, 4, 2 }, /* KHcy */
	{ 9334, 4000, 4, 2 }, /* KJcy */
	{ 7782, 3878, 5, 2 }, /* Kappa */
	{ 5657, 3692, 6, 2 }, /* Kcedil */
	{ 10210, 4026, 3, 2 }, /* Kcy */
	{ 10213, 537, 3, 4 }, /* Kfr */
	{ 9338, 729, 4, 4 }, /* Kopf */
	{ 9342, 365, 4, 4 }, /* Kscr */
	{ 9346, 3994, 4, 2 }, /* LJcy */
	{ 10512, 333, 2, 1 }, /* LT */
	{ 5663, 3698, 6, 2 }, /* Lacute */
	{ 5669, 3880, 6, 2 }, /* Lambda */
	{ 9350, 2401, 4, 3 }, /* Lang */
	{ 3276, 1054, 10, 3 }, /* Laplacetrf */
	{ 9354, 1222, 4, 3 }, /* Larr */
	{ 5675, 3706, 6, 2 }, /* Lcaron */
	{ 5681, 3702, 6, 2 }, /* Lcedil */
	{ 10216, 4028, 3, 2 }, /* Lcy */
	{ 1306, 2395, 16, 3 }, /* LeftAngleBracket */
	{ 479, 1186, 9, 3 }, /* LeftArrow */
	{ 2748, 1396, 12, 3 }, /* LeftArrowBar */
	{ 507, 1327, 19, 3 }, /* LeftArrowRightArrow */
	{ 2950, 1996, 11, 3 }, /* LeftCeiling */
	{ 905, 2389, 17, 3 }, /* LeftDoubleBracket */
	{ 922, 2617, 17, 3 }, /* LeftDownTeeVector */
	{ 939, 1318, 14, 3 }, /* LeftDownVector */
	{ 939, 2593, 17, 3 }, /* LeftDownVectorBar */
	{ 3639, 2002, 9, 3 }, /* LeftFloor */
	{ 41, 1198, 14, 3 }, /* LeftRightArrow */
	{ 492, 2560, 15, 3 }, /* LeftRightVector */
	{ 858, 1762, 7, 3 }, /* LeftTee */
	{ 2760, 1240, 12, 3 }, /* LeftTeeArrow */
	{ 858, 2596, 13, 3 }, /* LeftTeeVector */
	{ 392, 1801, 12, 3 }, /* LeftTriangle */
	{ 696, 273, 15, 3 }, /* LeftTriangleBar */
	{ 392, 114, 17, 3 }, /* LeftTriangleEqual */
	{ 1322, 2569, 16, 3 }, /* LeftUpDownVector */
	{ 1655, 2614, 15, 3 }, /* LeftUpTeeVector */
	{ 1670, 1306, 12, 3 }, /* LeftUpVector */
	{ 1670, 2590, 15, 3 }, /* LeftUpVectorBar */
	{ 875, 1297, 10, 3 }, /* LeftVector */
	{ 875, 2572, 13, 3 }, /* LeftVectorBar */
	{ 3457, 1357, 9, 3 }, /* Leftarrow */
	{ 1881, 1369, 14, 3 }, /* Leftrightarrow */
	{ 1338, 126, 16, 3 }, /* LessEqualGreater */
	{ 2401, 213, 13, 3 }, /* LessFullEqual */
	{ 2085, 1660, 11, 3 }, /* LessGreater */
	{ 1016, 303, 8, 3 }, /* LessLess */
	{ 993, 293, 14, 3 }, /* LessSlantEqual */
	{ 2811, 1648, 9, 3 }, /* LessTilde */
	{ 10219, 541, 3, 4 }, /* Lfr */
	{ 3286, 248, 2, 3 }, /* Ll */
	{ 3286, 1387, 10, 3 }, /* Lleftarrow */
	{ 5687, 3710, 6, 2 }, /* Lmidot */
	{ 475, 2413, 13, 3 }, /* LongLeftArrow */
	{ 37, 2419, 18, 3 }, /* LongLeftRightArrow */
	{ 315, 2416, 14, 3 }, /* LongRightArrow */
	{ 2414, 2422, 13, 3 }, /* Longleftarrow */
	{ 657, 2428, 18, 3 }, /* Longleftrightarrow */
	{ 2040, 2425, 14, 3 }, /* Longrightarrow */
	{ 9358, 733, 4, 4 }, /* Lopf */
	{ 2054, 1213, 14, 3 }, /* LowerLeftArrow */
	{ 1685, 1210, 15, 3 }, /* LowerRightArrow */
	{ 9362, 1054, 4, 3 }, /* Lscr */
	{ 10222, 1270, 3, 3 }, /* Lsh */
	{ 5693, 3714, 6, 2 }, /* Lstrok */
	{ 9811, 66, 2, 3 }, /* Lt */
	{ 10225, 2446, 3, 3 }, /* Map */
	{ 10228, 4030, 3, 2 }, /* Mcy */
	{ 534, 0, 11, 3 }, /* MediumSpace */
	{ 3648, 1120, 9, 3 }, /* Mellintrf */
	{ 10231, 545, 3, 4 }, /* Mfr */
	{ 3657, 1456, 9, 3 }, /* MinusPlus */
	{ 9366, 737, 4, 4 }, /* Mopf */
	{ 9370, 1120, 4, 3 }, /* Mscr */
	{ 10514, 3882, 2, 2 }, /* Mu */
	{ 9374, 3996, 4, 2 }, /* NJcy */
	{ 5699, 3718, 6, 2 }, /* Nacute */
	{ 5705, 3726, 6, 2 }, /* Ncaron */
	{ 5711, 3722, 6, 2 }, /* Ncedil */
	{ 10234, 4032, 3, 2 }, /* Ncy */
	{ 526, 898, 19, 3 }, /* NegativeMediumSpace */
	{ 675, 898, 18, 3 }, /* NegativeThickSpace */
	{ 956, 898, 17, 3 }, /* NegativeThinSpace */
	{ 185, 898, 21, 3 }, /* NegativeVeryThinSpace */
	{ 58, 72, 20, 3 }, /* NestedGreaterGreater */
	{ 1010, 66, 14, 3 }, /* NestedLessLess */
	{ 4706, 4163, 7, 1 }, /* NewLine */
	{ 10237, 549, 3, 4 }, /* Nfr */
	{ 4713, 1003, 7, 3 }, /* NoBreak */
	{ 1354, 3402, 16, 2 }, /* NonBreakingSpace */
	{ 9378, 1060, 4, 3 }, /* Nopf */
	{ 55, 3361, 3, 3 }, /* Not */
	{ 2772, 1627, 12, 3 }, /* NotCongruent */
	{ 3666, 1633, 9, 3 }, /* NotCupCap */
	{ 349, 1498, 20, 3 }, /* NotDoubleVerticalBar */
	{ 3296, 1435, 10, 3 }, /* NotElement */
	{ 2427, 1624, 8, 3 }, /* NotEqual */
	{ 2427, 188, 13, 5 }, /* NotEqualTilde */
	{ 3675, 1423, 9, 3 }, /* NotExists */
	{ 369, 1639, 10, 3 }, /* NotGreater */
	{ 1700, 1645, 15, 3 }, /* NotGreaterEqual */
	{ 545, 218, 19, 5 }, /* NotGreaterFullEqual */
	{ 973, 228, 17, 5 }, /* NotGreaterGreater */
	{ 2068, 1669, 14, 3 }, /* NotGreaterLess */
	{ 369, 298, 20, 5 }, /* NotGreaterSlantEqual */
	{ 1715, 1657, 15, 3 }, /* NotGreaterTilde */
	{ 1730, 198, 15, 5 }, /* NotHumpDownHump */
	{ 2784, 203, 12, 5 }, /* NotHumpEqual */
	{ 389, 1936, 15, 3 }, /* NotLeftTriangle */
	{ 693, 273, 18, 5 }, /* NotLeftTriangleBar */
	{ 389, 1942, 20, 3 }, /* NotLeftTriangleEqual */
	{ 990, 1636, 7, 3 }, /* NotLess */
	{ 2796, 1642, 12, 3 }, /* NotLessEqual */
	{ 2082, 1666, 14, 3 }, /* NotLessGreater */
	{ 2961, 223, 11, 5 }, /* NotLessLess */
	{ 990, 293, 17, 5 }, /* NotLessSlantEqual */
	{ 2808, 1654, 12, 3 }, /* NotLessTilde */
	{ 55, 308, 23, 5 }, /* NotNestedGreaterGreater */
	{ 1007, 303, 17, 5 }, /* NotNestedLessLess */
	{ 206, 1687, 11, 3 }, /* NotPrecedes */
	{ 1370, 313, 16, 5 }, /* NotPrecedesEqual */
	{ 206, 1912, 21, 3 }, /* NotPrecedesSlantEqual */
	{ 1024, 1441, 17, 3 }, /* NotReverseElement */
	{ 227, 1939, 16, 3 }, /* NotRightTriangle */
	{ 564, 278, 19, 5 }, /* NotRightTriangleBar */
	{ 227, 1945, 21, 3 }, /* NotRightTriangleEqual */
	{ 409, 238, 15, 5 }, /* NotSquareSubset */
	{ 409, 1918, 20, 3 }, /* NotSquareSubsetEqual */
	{ 100, 243, 17, 5 }, /* NotSquareSuperset */
	{ 100, 1921, 22, 3 }, /* NotSquareSupersetEqual */
	{ 2096, 78, 9, 6 }, /* NotSubset */
	{ 2096, 1705, 14, 3 }, /* NotSubsetEqual */
	{ 248, 1690, 11, 3 }, /* NotSucceeds */
	{ 1386, 318, 16, 5 }, /* NotSucceedsEqual */
	{ 248, 1915, 21, 3 }, /* NotSucceedsSlantEqual */
	{ 1402, 233, 16, 5 }, /* NotSucceedsTilde */
	{ 1418, 84, 11, 6 }, /* NotSuperset */
	{ 1418, 1708, 16, 3 }, /* NotSupersetEqual */
	{ 1041, 1561, 8, 3 }, /* NotTilde */
	{ 2440, 1567, 13, 3 }, /* NotTildeEqual */
	{ 1041, 1576, 17, 3 }, /* NotTildeFullEqual */
	{ 2453, 1582, 13, 3 }, /* NotTildeTilde */
	{ 2110, 1492, 14, 3 }, /* NotVerticalBar */
	{ 9382, 369, 4, 4 }, /* Nscr */
	{ 5717, 3500, 6, 2 }, /* Ntilde */
	{ 10516, 3884, 2, 2 }, /* Nu */
	{ 7787, 3744, 5, 2 }, /* OElig */
	{ 5723, 3504, 6, 2 }, /* Oacute */
	{ 7792, 3506, 5, 2 }, /* Ocirc */
	{ 9299, 4034, 3, 2 }, /* Ocy */
	{ 5729, 3740, 6, 2 }, /* Odblac */
	{ 10240, 553, 3, 4 }, /* Ofr */
	{ 5735, 3502, 6, 2 }, /* Ograve */
	{ 7797, 3736, 5, 2 }, /* Omacr */
	{ 7802, 3906, 5, 2 }, /* Omega */
	{ 4720, 3888, 7, 2 }, /* Omicron */
	{ 9386, 741, 4, 4 }, /* Oopf */
	{ 429, 937, 20, 3 }, /* OpenCurlyDoubleQuote */
	{ 2124, 928, 14, 3 }, /* OpenCurlyQuote */
	{ 10518, 3046, 2, 3 }, /* Or */
	{ 9390, 373, 4, 4 }, /* Oscr */
	{ 5741, 3514, 6, 2 }, /* Oslash */
	{ 5747, 3508, 6, 2 }, /* Otilde */
	{ 5753, 2980, 6, 3 }, /* Otimes */
	{ 9394, 3510, 4, 2 }, /* Ouml */
	{ 4727, 985, 7, 3 }, /* OverBar */
	{ 3684, 2092, 9, 3 }, /* OverBrace */
	{ 2972, 2077, 11, 3 }, /* OverBracket */
	{ 1745, 2086, 15, 3 }, /* OverParenthesis */
	{ 3952, 173, 8, 3 }, /* PartialD */
	{ 10243, 4036, 3, 2 }, /* Pcy */
	{ 10246, 557, 3, 4 }, /* Pfr */
	{ 10249, 3900, 3, 2 }, /* Phi */
	{ 10520, 3890, 2, 2 }, /* Pi */
	{ 3693, 3436, 9, 2 }, /* PlusMinus */
	{ 2466, 1036, 13, 3 }, /* Poincareplane */
	{ 9398, 1072, 4, 3 }, /* Popf */
	{ 209, 3268, 2, 3 }, /* Pr */
	{ 209, 1672, 8, 3 }, /* Precedes */
	{ 1373, 313, 13, 3 }, /* PrecedesEqual */
	{ 209, 1678, 18, 3 }, /* PrecedesSlantEqual */
	{ 2479, 1684, 13, 3 }, /* PrecedesTilde */
	{ 7807, 970, 5, 3 }, /* Prime */
	{ 4734, 1444, 7, 3 }, /* Product */
	{ 2820, 1543, 10, 3 }, /* Proportion */
	{ 2820, 1474, 12, 3 }, /* Proportional */
	{ 9402, 377, 4, 4 }, /* Pscr */
	{ 10252, 3904, 3, 2 }, /* Psi */
	{ 9406, 4165, 4, 1 }, /* QUOT */
	{ 10255, 561, 3, 4 }, /* Qfr */
	{ 9410, 1075, 4, 3 }, /* Qopf */
	{ 9414, 381, 4, 4 }, /* Qscr */
	{ 7812, 2461, 5, 3 }, /* RBarr */
	{ 10258, 3430, 3, 2 }, /* REG */
	{ 5759, 3748, 6, 2 }, /* Racute */
	{ 9418, 2404, 4, 3 }, /* Rang */
	{ 5765, 1228, 4, 3 }, /* Rarr */
	{ 5765, 2473, 6, 3 }, /* Rarrtl */
	{ 5771, 3756, 6, 2 }, /* Rcaron */
	{ 5777, 3752, 6, 2 }, /* Rcedil */
	{ 10261, 4038, 3, 2 }, /* Rcy */
	{ 449, 1081, 2, 3 }, /* Re */
	{ 1027, 1438, 14, 3 }, /* ReverseElement */
	{ 711, 1342, 18, 3 }, /* ReverseEquilibrium */
	{ 449, 2659, 20, 3 }, /* ReverseUpEquilibrium */
	{ 10264, 1081, 3, 3 }, /* Rfr */
	{ 10267, 3892, 3, 2 }, /* Rho */
	{ 1058, 2398, 17, 3 }, /* RightAngleBracket */
	{ 45, 1192, 10, 3 }, /* RightArrow */
	{ 2492, 1399, 13, 3 }, /* RightArrowBar */
	{ 583, 1321, 19, 3 }, /* RightArrowLeftArrow */
	{ 2832, 1999, 12, 3 }, /* RightCeiling */
	{ 729, 2392, 18, 3 }, /* RightDoubleBracket */
	{ 747, 2605, 18, 3 }, /* RightDownTeeVector */
	{ 765, 1315, 15, 3 }, /* RightDownVector */
	{ 765, 2581, 18, 3 }, /* RightDownVectorBar */
	{ 3306, 2005, 10, 3 }, /* RightFloor */
	{ 625, 1759, 8, 3 }, /* RightTee */
	{ 2505, 1246, 13, 3 }, /* RightTeeArrow */
	{ 625, 2599, 14, 3 }, /* RightTeeVector */
	{ 230, 1804, 13, 3 }, /* RightTriangle */
	{ 567, 278, 16, 3 }, /* RightTriangleBar */
	{ 230, 120, 18, 3 }, /* RightTriangleEqual */
	{ 1075, 2563, 17, 3 }, /* RightUpDownVector */
	{ 1434, 2602, 16, 3 }, /* RightUpTeeVector */
	{ 1450, 1303, 13, 3 }, /* RightUpVector */
	{ 1450, 2578, 16, 3 }, /* RightUpVectorBar */
	{ 496, 1309, 11, 3 }, /* RightVector */
	{ 643, 2575, 14, 3 }, /* RightVectorBar */
	{ 3138, 1363, 10, 3 }, /* Rightarrow */
	{ 9422, 1084, 4, 3 }, /* Ropf */
	{ 2844, 2662, 12, 3 }, /* RoundImplies */
	{ 2983, 1390, 11, 3 }, /* Rrightarrow */
	{ 9426, 1078, 4, 3 }, /* Rscr */
	{ 10270, 1273, 3, 3 }, /* Rsh */
	{ 2994, 2878, 11, 3 }, /* RuleDelayed */
	{ 5783, 4056, 6, 2 }, /* SHCHcy */
	{ 7838, 4054, 4, 2 }, /* SHcy */
	{ 5789, 4062, 6, 2 }, /* SOFTcy */
	{ 5795, 3760, 6, 2 }, /* Sacute */
	{ 4175, 3271, 2, 3 }, /* Sc */
	{ 5801, 3772, 6, 2 }, /* Scaron */
	{ 5807, 3768, 6, 2 }, /* Scedil */
	{ 7817, 3764, 5, 2 }, /* Scirc */
	{ 9227, 4040, 3, 2 }, /* Scy */
	{ 10273, 565, 3, 4 }, /* Sfr */
	{ 2138, 1195, 14, 3 }, /* ShortDownArrow */
	{ 2152, 1186, 14, 3 }, /* ShortLeftArrow */
	{ 1760, 1192, 15, 3 }, /* ShortRightArrow */
	{ 2856, 1189, 12, 3 }, /* ShortUpArrow */
	{ 7822, 3894, 5, 2 }, /* Sigma */
	{ 3005, 1468, 11, 3 }, /* SmallCircle */
	{ 9430, 745, 4, 4 }, /* Sopf */
	{ 9434, 1471, 4, 3 }, /* Sqrt */
	{ 103, 2248, 6, 3 }, /* Square */
	{ 783, 102, 18, 3 }, /* SquareIntersection */
	{ 412, 238, 12, 3 }, /* SquareSubset */
	{ 412, 1717, 17, 3 }, /* SquareSubsetEqual */
	{ 103, 243, 14, 3 }, /* SquareSuperset */
	{ 103, 1720, 19, 3 }, /* SquareSupersetEqual */
	{ 3016, 108, 11, 3 }, /* SquareUnion */
	{ 9438, 385, 4, 4 }, /* Sscr */
	{ 9442, 1852, 4, 3 }, /* Star */
	{ 418, 1882, 3, 3 }, /* Sub */
	{ 418, 1882, 6, 3 }, /* Subset */
	{ 418, 1699, 11, 3 }, /* SubsetEqual */
	{ 251, 1675, 8, 3 }, /* Succeeds */
	{ 1389, 318, 13, 3 }, /* SucceedsEqual */
	{ 251, 1681, 18, 3 }, /* SucceedsSlantEqual */
	{ 1405, 233, 13, 3 }, /* SucceedsTilde */
	{ 3960, 1438, 8, 3 }, /* SuchThat */
	{ 10276, 1450, 3, 3 }, /* Sum */
	{ 109, 1885, 3, 3 }, /* Sup */
	{ 109, 84, 8, 3 }, /* Superset */
	{ 109, 1702, 13, 3 }, /* SupersetEqual */
	{ 5813, 1885, 6, 3 }, /* Supset */
	{ 7827, 3526, 5, 2 }, /* THORN */
	{ 7832, 1090, 5, 3 }, /* TRADE */
	{ 7837, 3998, 5, 2 }, /* TSHcy */
	{ 9446, 4050, 4, 2 }, /* TScy */
	{ 10279, 4162, 3, 1 }, /* Tab */
	{ 10282, 3896, 3, 2 }, /* Tau */
	{ 5819, 3780, 6, 2 }, /* Tcaron */
	{ 5825, 3776, 6, 2 }, /* Tcedil */
	{ 5792, 4042, 3, 2 }, /* Tcy */
	{ 10285, 569, 3, 4 }, /* Tfr */
	{ 3702, 1534, 9, 3 }, /* Therefore */
	{ 7842, 3874, 5, 2 }, /* Theta */
	{ 683, 0, 10, 6 }, /* ThickSpace */
	{ 197, 895, 9, 3 }, /* ThinSpace */
	{ 1044, 24, 5, 3 }, /* Tilde */
	{ 2443, 1564, 10, 3 }, /* TildeEqual */
	{ 1044, 1570, 14, 3 }, /* TildeFullEqual */
	{ 2456, 1579, 10, 3 }, /* TildeTilde */
	{ 9450, 749, 4, 4 }, /* Topf */
	{ 3711, 1018, 9, 3 }, /* TripleDot */
	{ 9454, 389, 4, 4 }, /* Tscr */
	{ 5831, 3784, 6, 2 }, /* Tstrok */
	{ 5837, 3518, 6, 2 }, /* Uacute */
	{ 3968, 1225, 4, 3 }, /* Uarr */
	{ 3968, 2551, 8, 3 }, /* Uarrocir */
	{ 7847, 4002, 5, 2 }, /* Ubrcy */
	{ 5843, 3796, 6, 2 }, /* Ubreve */
	{ 7852, 3520, 5, 2 }, /* Ucirc */
	{ 9507, 4044, 3, 2 }, /* Ucy */
	{ 5849, 3804, 6, 2 }, /* Udblac */
	{ 10288, 573, 3, 4 }, /* Ufr */
	{ 5855, 3516, 6, 2 }, /* Ugrave */
	{ 7857, 3792, 5, 2 }, /* Umacr */
	{ 3976, 4186, 8, 1 }, /* UnderBar */
	{ 3316, 2095, 10, 3 }, /* UnderBrace */
	{ 2868, 2080, 12, 3 }, /* UnderBracket */
	{ 1466, 2089, 16, 3 }, /* UnderParenthesis */
	{ 3022, 1843, 5, 3 }, /* Union */
	{ 3720, 1714, 9, 3 }, /* UnionPlus */
	{ 7862, 3808, 5, 2 }, /* Uogon */
	{ 9458, 753, 4, 4 }, /* Uopf */
	{ 1267, 1189, 7, 3 }, /* UpArrow */
	{ 3326, 2467, 10, 3 }, /* UpArrowBar */
	{ 1482, 1324, 16, 3 }, /* UpArrowDownArrow */
	{ 843, 1201, 11, 3 }, /* UpDownArrow */
	{ 456, 2656, 13, 3 }, /* UpEquilibrium */
	{ 1439, 1768, 5, 3 }, /* UpTee */
	{ 3336, 1243, 10, 3 }, /* UpTeeArrow */
	{ 4741, 1360, 7, 3 }, /* Uparrow */
	{ 3027, 1372, 11, 3 }, /* Updownarrow */
	{ 2166, 1204, 14, 3 }, /* UpperLeftArrow */
	{ 1775, 1207, 15, 3 }, /* UpperRightArrow */
	{ 4748, 3960, 4, 2 }, /* Upsi */
	{ 4748, 3898, 7, 2 }, /* Upsilon */
	{ 7867, 3800, 5, 2 }, /* Uring */
	{ 9462, 393, 4, 4 }, /* Uscr */
	{ 5861, 3788, 6, 2 }, /* Utilde */
	{ 9466, 3522, 4, 2 }, /* Uuml */
	{ 6798, 1783, 5, 3 }, /* VDash */
	{ 9470, 3358, 4, 3 }, /* Vbar */
	{ 10291, 4010, 3, 2 }, /* Vcy */
	{ 5867, 1777, 5, 3 }, /* Vdash */
	{ 5867, 3346, 6, 3 }, /* Vdashl */
	{ 10294, 1837, 3, 3 }, /* Vee */
	{ 5873, 925, 6, 3 }, /* Verbar */
	{ 358, 925, 4, 3 }, /* Vert */
	{ 358, 1489, 11, 3 }, /* VerticalBar */
	{ 2880, 4189, 12, 1 }, /* VerticalLine */
	{ 1092, 2374, 17, 3 }, /* VerticalSeparator */
	{ 2518, 1558, 13, 3 }, /* VerticalTilde */
	{ 193, 3, 13, 3 }, /* VeryThinSpace */
	{ 10297, 577, 3, 4 }, /* Vfr */
	{ 9474, 757, 4, 4 }, /* Vopf */
	{ 9478, 397, 4, 4 }, /* Vscr */
	{ 5879, 1780, 6, 3 }, /* Vvdash */
	{ 7872, 3812, 5, 2 }, /* Wcirc */
	{ 7877, 1834, 5, 3 }, /* Wedge */
	{ 10300, 581, 3, 4 }, /* Wfr */
	{ 9482, 761, 4, 4 }, /* Wopf */
	{ 9486, 401, 4, 4 }, /* Wscr */
	{ 10303, 585, 3, 4 }, /* Xfr */
	{ 10522, 3886, 2, 2 }, /* Xi */
	{ 9490, 765, 4, 4 }, /* Xopf */
	{ 9494, 405, 4, 4 }, /* Xscr */
	{ 9498, 4068, 4, 2 }, /* YAcy */
	{ 9502, 3990, 4, 2 }, /* YIcy */
	{ 9506, 4066, 4, 2 }, /* YUcy */
	{ 5885, 3524, 6, 2 }, /* Yacute */
	{ 7882, 3816, 5, 2 }, /* Ycirc */
	{ 10306, 4060, 3, 2 }, /* Ycy */
	{ 10309, 589, 3, 4 }, /* Yfr */
	{ 9510, 769, 4, 4 }, /* Yopf */
	{ 9514, 409, 4, 4 }, /* Yscr */
	{ 9518, 3820, 4, 2 }, /* Yuml */
	{ 9522, 4018, 4, 2 }, /* ZHcy */
	{ 5891, 3822, 6, 2 }, /* Zacute */
	{ 5897, 3830, 6, 2 }, /* Zcaron */
	{ 9231, 4020, 3, 2 }, /* Zcy */
	{ 9526, 3826, 4, 2 }, /* Zdot */
	{ 2180, 898, 14, 3 }, /* ZeroWidthSpace */
	{ 9530, 3870, 4, 2 }, /* Zeta */
	{ 10312, 1099, 3, 3 }, /* Zfr */
	{ 9534, 1093, 4, 3 }, /* Zopf */
	{ 9538, 413, 4, 4 }, /* Zscr */
	{ 5903, 3532, 6, 2 }, /* aacute */
	{ 5909, 3600, 6, 2 }, /* abreve */
	{ 80, 183, 2, 3 }, /* ac */
	{ 10315, 183, 3, 5 }, /* acE */
	{ 10318, 1555, 3, 3 }, /* acd */
	{ 7887, 3534, 5, 2 }, /* acirc */
	{ 5484, 3442, 5, 2 }, /* acute */
	{ 10103, 4070, 3, 2 }, /* acy */
	{ 7892, 3542, 5, 2 }, /* aelig */
	{ 4038, 1006, 2, 3 }, /* af */
	{ 10321, 593, 3, 4 }, /* afr */
	{ 5915, 3530, 6, 2 }, /* agrave */
	{ 4755, 1126, 7, 3 }, /* alefsym */
	{ 7897, 1126, 5, 3 }, /* aleph */
	{ 7902, 3908, 5, 2 }, /* alpha */
	{ 7907, 3596, 5, 2 }, /* amacr */
	{ 7912, 2998, 5, 3 }, /* amalg */
	{ 10324, 4169, 3, 1 }, /* amp */
	{ 3984, 1501, 3, 3 }, /* and */
	{ 5921, 3049, 6, 3 }, /* andand */
	{ 9542, 3067, 4, 3 }, /* andd */
	{ 3984, 3058, 8, 3 }, /* andslope */
	{ 9546, 3061, 4, 3 }, /* andv */
	{ 238, 6, 3, 3 }, /* ang */
	{ 8853, 2755, 4, 3 }, /* ange */
	{ 238, 6, 5, 3 }, /* angle */
	{ 3992, 1483, 6, 3 }, /* angmsd */
	{ 3992, 2767, 8, 3 }, /* angmsdaa */
	{ 4000, 2770, 8, 3 }, /* angmsdab */
	{ 4008, 2773, 8, 3 }, /* angmsdac */
	{ 4016, 2776, 8, 3 }, /* angmsdad */
	{ 4024, 2779, 8, 3 }, /* angmsdae */
	{ 4032, 2782, 8, 3 }, /* angmsdaf */
	{ 4040, 2785, 8, 3 }, /* angmsdag */
	{ 4048, 2788, 8, 3 }, /* angmsdah */
	{ 4056, 1480, 5, 3 }, /* angrt */
	{ 4056, 1828, 7, 3 }, /* angrtvb */
	{ 4056, 2752, 8, 3 }, /* angrtvbd */
	{ 5927, 1486, 6, 3 }, /* angsph */
	{ 7917, 3476, 5, 2 }, /* angst */
	{ 4762, 2068, 7, 3 }, /* angzarr */
	{ 7922, 3604, 5, 2 }, /* aogon */
	{ 9550, 773, 4, 4 }, /* aopf */
	{ 270, 1579, 2, 3 }, /* ap */
	{ 9819, 288, 3, 3 }, /* apE */
	{ 5933, 3085, 6, 3 }, /* apacir */
	{ 10327, 1585, 3, 3 }, /* ape */
	{ 8613, 193, 4, 3 }, /* apid */
	{ 8618, 4170, 4, 1 }, /* apos */
	{ 3164, 1579, 6, 3 }, /* approx */
	{ 4064, 1585, 8, 3 }, /* approxeq */
	{ 7927, 3540, 5, 2 }, /* aring */
	{ 9554, 417, 4, 4 }, /* ascr */
	{ 3353, 4173, 3, 1 }, /* ast */
	{ 4769, 1579, 5, 3 }, /* asymp */
	{ 4769, 30, 7, 3 }, /* asympeq */
	{ 5939, 3536, 6, 2 }, /* atilde */
	{ 9558, 3538, 4, 2 }, /* auml */
	{ 4072, 1531, 8, 3 }, /* awconint */
	{ 7932, 2908, 5, 3 }, /* awint */
	{ 9562, 3364, 4, 3 }, /* bNot */
	{ 4080, 1588, 8, 3 }, /* backcong */
	{ 3038, 3976, 11, 2 }, /* backepsilon */
	{ 3729, 976, 9, 3 }, /* backprime */
	{ 3738, 178, 7, 3 }, /* backsim */
	{ 3738, 1873, 9, 3 }, /* backsimeq */
	{ 5945, 1825, 6, 3 }, /* barvee */
	{ 2214, 1990, 6, 3 }, /* barwed */
	{ 2214, 1990, 8, 3 }, /* barwedge */
	{ 4088, 2080, 4, 3 }, /* bbrk */
	{ 4088, 2083, 8, 3 }, /* bbrktbrk */
	{ 7937, 1588, 5, 3 }, /* bcong */
	{ 10330, 4072, 3, 2 }, /* bcy */
	{ 7942, 943, 5, 3 }, /* bdquo */
	{ 4776, 1537, 6, 3 }, /* becaus */
	{ 4776, 1537, 7, 3 }, /* because */
	{ 4783, 2791, 7, 3 }, /* bemptyv */
	{ 7947, 3976, 5, 2 }, /* bepsi */
	{ 5951, 1105, 6, 3 }, /* bernou */
	{ 9566, 3910, 4, 2 }, /* beta */
	{ 9570, 1129, 4, 3 }, /* beth */
	{ 4790, 1630, 7, 3 }, /* between */
	{ 10333, 597, 3, 4 }, /* bfr */
	{ 5957, 1840, 6, 3 }, /* bigcap */
	{ 4797, 2305, 7, 3 }, /* bigcirc */
	{ 5963, 1843, 6, 3 }, /* bigcup */
	{ 4804, 2884, 7, 3 }, /* bigodot */
	{ 4096, 2887, 8, 3 }, /* bigoplus */
	{ 3747, 2890, 9, 3 }, /* bigotimes */
	{ 4104, 2896, 8, 3 }, /* bigsqcup */
	{ 4811, 2323, 7, 3 }, /* bigstar */
	{ 1790, 2281, 15, 3 }, /* bigtriangledown */
	{ 2531, 2266, 13, 3 }, /* bigtriangleup */
	{ 4112, 2893, 8, 3 }, /* biguplus */
	{ 5969, 1837, 6, 3 }, /* bigvee */
	{ 4120, 1834, 8, 3 }, /* bigwedge */
	{ 4234, 2452, 6, 3 }, /* bkarow */
	{ 2892, 2875, 12, 3 }, /* blacklozenge */
	{ 3049, 2251, 11, 3 }, /* blacksquare */
	{ 801, 2269, 13, 3 }, /* blacktriangle */
	{ 1109, 2284, 17, 3 }, /* blacktriangledown */
	{ 1126, 2290, 17, 3 }, /* blacktriangleleft */
	{ 801, 2275, 18, 3 }, /* blacktriangleright */
	{ 7952, 2104, 5, 3 }, /* blank */
	{ 7957, 2242, 5, 3 }, /* blk12 */
	{ 7962, 2239, 5, 3 }, /* blk14 */
	{ 7967, 2245, 5, 3 }, /* blk34 */
	{ 7972, 2236, 5, 3 }, /* block */
	{ 4818, 337, 3, 4 }, /* bne */
	{ 4818, 36, 7, 6 }, /* bnequiv */
	{ 5104, 2020, 4, 3 }, /* bnot */
	{ 9574, 777, 4, 4 }, /* bopf */
	{ 5975, 1768, 3, 3 }, /* bot */
	{ 5975, 1768, 6, 3 }, /* bottom */
	{ 5981, 1858, 6, 3 }, /* bowtie */
	{ 7977, 2164, 5, 3 }, /* boxDL */
	{ 7982, 2155, 5, 3 }, /* boxDR */
	{ 7987, 2161, 5, 3 }, /* boxDl */
	{ 7992, 2152, 5, 3 }, /* boxDr */
	{ 7997, 2143, 4, 3 }, /* boxH */
	{ 7997, 2209, 5, 3 }, /* boxHD */
	{ 8002, 2218, 5, 3 }, /* boxHU */
	{ 8007, 2203, 5, 3 }, /* boxHd */
	{ 8012, 2212, 5, 3 }, /* boxHu */
	{ 8017, 2182, 5, 3 }, /* boxUL */
	{ 8022, 2173, 5, 3 }, /* boxUR */
	{ 8027, 2179, 5, 3 }, /* boxUl */
	{ 8032, 2170, 5, 3 }, /* boxUr */
	{ 8037, 2146, 4, 3 }, /* boxV */
	{ 8037, 2227, 5, 3 }, /* boxVH */
	{ 8042, 2200, 5, 3 }, /* boxVL */
	{ 8047, 2191, 5, 3 }, /* boxVR */
	{ 8052, 2224, 5, 3 }, /* boxVh */
	{ 8057, 2197, 5, 3 }, /* boxVl */
	{ 8062, 2188, 5, 3 }, /* boxVr */
	{ 5987, 2848, 6, 3 }, /* boxbox */
	{ 8067, 2158, 5, 3 }, /* boxdL */
	{ 8072, 2149, 5, 3 }, /* boxdR */
	{ 8077, 2119, 5, 3 }, /* boxdl */
	{ 8082, 2116, 5, 3 }, /* boxdr */
	{ 8087, 2110, 4, 3 }, /* boxh */
	{ 8087, 2206, 5, 3 }, /* boxhD */
	{ 8092, 2215, 5, 3 }, /* boxhU */
	{ 8097, 2134, 5, 3 }, /* boxhd */
	{ 8102, 2137, 5, 3 }, /* boxhu */
	{ 4128, 1750, 8, 3 }, /* boxminus */
	{ 4825, 1747, 7, 3 }, /* boxplus */
	{ 4136, 1753, 8, 3 }, /* boxtimes */
	{ 8107, 2176, 5, 3 }, /* boxuL */
	{ 8112, 2167, 5, 3 }, /* boxuR */
	{ 8117, 2125, 5, 3 }, /* boxul */
	{ 8122, 2122, 5, 3 }, /* boxur */
	{ 8127, 2113, 4, 3 }, /* boxv */
	{ 8127, 2221, 5, 3 }, /* boxvH */
	{ 8132, 2194, 5, 3 }, /* boxvL */
	{ 8137, 2185, 5, 3 }, /* boxvR */
	{ 8142, 2140, 5, 3 }, /* boxvh */
	{ 8147, 2131, 5, 3 }, /* boxvl */
	{ 8152, 2128, 5, 3 }, /* boxvr */
	{ 5993, 976, 6, 3 }, /* bprime */
	{ 5490, 3846, 5, 2 }, /* breve */
	{ 5999, 3414, 6, 2 }, /* brvbar */
	{ 9578, 421, 4, 4 }, /* bscr */
	{ 8157, 997, 5, 3 }, /* bsemi */
	{ 7351, 178, 4, 3 }, /* bsim */
	{ 8162, 1873, 5, 3 }, /* bsime */
	{ 4144, 4183, 4, 1 }, /* bsol */
	{ 8167, 2845, 5, 3 }, /* bsolb */
	{ 4144, 2383, 8, 3 }, /* bsolhsub */
	{ 6005, 952, 4, 3 }, /* bull */
	{ 6005, 952, 6, 3 }, /* bullet */
	{ 6011, 198, 4, 3 }, /* bump */
	{ 8172, 3241, 5, 3 }, /* bumpE */
	{ 6011, 203, 5, 3 }, /* bumpe */
	{ 6011, 203, 6, 3 }, /* bumpeq */
	{ 6017, 3608, 6, 2 }, /* cacute */
	{ 3499, 12, 3, 3 }, /* cap */
	{ 6023, 3010, 6, 3 }, /* capand */
	{ 4152, 3025, 8, 3 }, /* capbrcup */
	{ 6029, 3031, 6, 3 }, /* capcap */
	{ 6035, 3019, 6, 3 }, /* capcup */
	{ 6041, 3001, 6, 3 }, /* capdot */
	{ 7309, 12, 4, 6 }, /* caps */
	{ 8177, 988, 5, 3 }, /* caret */
	{ 5532, 3844, 5, 2 }, /* caron */
	{ 8182, 3037, 5, 3 }, /* ccaps */
	{ 6047, 3620, 6, 2 }, /* ccaron */
	{ 6053, 3544, 6, 2 }, /* ccedil */
	{ 3070, 3612, 5, 2 }, /* ccirc */
	{ 4832, 3034, 5, 3 }, /* ccups */
	{ 4832, 3040, 7, 3 }, /* ccupssm */
	{ 9582, 3616, 4, 2 }, /* cdot */
	{ 5538, 3450, 5, 2 }, /* cedil */
	{ 4839, 2797, 7, 3 }, /* cemptyv */
	{ 3756, 3406, 4, 2 }, /* cent */
	{ 3756, 3448, 9, 2 }, /* centerdot */
	{ 10336, 601, 3, 4 }, /* cfr */
	{ 7273, 4116, 4, 2 }, /* chcy */
	{ 3765, 2362, 5, 3 }, /* check */
	{ 3765, 2362, 9, 3 }, /* checkmark */
	{ 10339, 3952, 3, 2 }, /* chi */
	{ 1498, 2299, 3, 3 }, /* cir */
	{ 9586, 2839, 4, 3 }, /* cirE */
	{ 1498, 3842, 4, 2 }, /* circ */
	{ 6059, 1609, 6, 3 }, /* circeq */
	{ 1805, 1291, 15, 3 }, /* circlearrowleft */
	{ 1498, 1294, 16, 3 }, /* circlearrowright */
	{ 4160, 3430, 8, 2 }, /* circledR */
	{ 4168, 2107, 8, 3 }, /* circledS */
	{ 3346, 1741, 10, 3 }, /* circledast */
	{ 3060, 1738, 11, 3 }, /* circledcirc */
	{ 3071, 1744, 11, 3 }, /* circleddash */
	{ 9590, 1609, 4, 3 }, /* cire */
	{ 4176, 2905, 8, 3 }, /* cirfnint */
	{ 6065, 3370, 6, 3 }, /* cirmid */
	{ 4846, 2836, 7, 3 }, /* cirscir */
	{ 4184, 2341, 5, 3 }, /* clubs */
	{ 4184, 2341, 8, 3 }, /* clubsuit */
	{ 4853, 4178, 5, 1 }, /* colon */
	{ 4853, 1600, 6, 3 }, /* colone */
	{ 4853, 1600, 7, 3 }, /* coloneq */
	{ 6071, 4175, 5, 1 }, /* comma */
	{ 6071, 4181, 6, 1 }, /* commat */
	{ 3356, 1417, 4, 3 }, /* comp */
	{ 6077, 1468, 6, 3 }, /* compfn */
	{ 3356, 1417, 10, 3 }, /* complement */
	{ 3774, 1024, 9, 3 }, /* complexes */
	{ 4084, 1570, 4, 3 }, /* cong */
	{ 4441, 283, 7, 3 }, /* congdot */
	{ 4074, 1516, 6, 3 }, /* conint */
	{ 9594, 781, 4, 4 }, /* copf */
	{ 6083, 1447, 6, 3 }, /* coprod */
	{ 6089, 3420, 4, 2 }, /* copy */
	{ 6089, 1066, 6, 3 }, /* copysr */
	{ 8187, 1282, 5, 3 }, /* crarr */
	{ 5198, 2365, 5, 3 }, /* cross */
	{ 9598, 425, 4, 4 }, /* cscr */
	{ 8192, 3304, 4, 3 }, /* csub */
	{ 8192, 3310, 5, 3 }, /* csube */
	{ 8197, 3307, 4, 3 }, /* csup */
	{ 8197, 3313, 5, 3 }, /* csupe */
	{ 8202, 1951, 5, 3 }, /* ctdot */
	{ 4860, 2533, 7, 3 }, /* cudarrl */
	{ 4867, 2524, 7, 3 }, /* cudarrr */
	{ 8207, 1906, 5, 3 }, /* cuepr */
	{ 8212, 1909, 5, 3 }, /* cuesc */
	{ 4874, 1285, 6, 3 }, /* cularr */
	{ 4874, 2542, 7, 3 }, /* cularrp */
	{ 4109, 18, 3, 3 }, /* cup */
	{ 4192, 3022, 8, 3 }, /* cupbrcap */
	{ 6038, 3016, 6, 3 }, /* cupcap */
	{ 6095, 3028, 6, 3 }, /* cupcup */
	{ 6101, 1711, 6, 3 }, /* cupdot */
	{ 8217, 3013, 5, 3 }, /* cupor */
	{ 4833, 18, 4, 6 }, /* cups */
	{ 4881, 1288, 6, 3 }, /* curarr */
	{ 4881, 2539, 7, 3 }, /* curarrm */
	{ 3082, 1906, 11, 3 }, /* curlyeqprec */
	{ 3093, 1909, 11, 3 }, /* curlyeqsucc */
	{ 4200, 1876, 8, 3 }, /* curlyvee */
	{ 3366, 1879, 10, 3 }, /* curlywedge */
	{ 6107, 3410, 6, 2 }, /* curren */
	{ 2194, 1285, 14, 3 }, /* curvearrowleft */
	{ 1820, 1288, 15, 3 }, /* curvearrowright */
	{ 8222, 1876, 5, 3 }, /* cuvee */
	{ 8227, 1879, 5, 3 }, /* cuwed */
	{ 4208, 1528, 8, 3 }, /* cwconint */
	{ 8232, 1525, 5, 3 }, /* cwint */
	{ 6113, 2053, 6, 3 }, /* cylcty */
	{ 9602, 1366, 4, 3 }, /* dArr */
	{ 9606, 2629, 4, 3 }, /* dHar */
	{ 4896, 946, 6, 3 }, /* dagger */
	{ 6119, 1135, 6, 3 }, /* daleth */
	{ 4862, 1195, 4, 3 }, /* darr */
	{ 3078, 913, 4, 3 }, /* dash */
	{ 8237, 1762, 5, 3 }, /* dashv */
	{ 4888, 2458, 7, 3 }, /* dbkarow */
	{ 5730, 3856, 5, 2 }, /* dblac */
	{ 6125, 3624, 6, 2 }, /* dcaron */
	{ 6422, 4078, 3, 2 }, /* dcy */
	{ 3077, 1141, 2, 3 }, /* dd */
	{ 4895, 949, 7, 3 }, /* ddagger */
	{ 8242, 1339, 5, 3 }, /* ddarr */
	{ 4902, 3103, 7, 3 }, /* ddotseq */
	{ 10342, 3434, 3, 2 }, /* deg */
	{ 8247, 3914, 5, 2 }, /* delta */
	{ 4909, 2794, 7, 3 }, /* demptyv */
	{ 6131, 2701, 6, 3 }, /* dfisht */
	{ 10345, 605, 3, 4 }, /* dfr */
	{ 5017, 1318, 5, 3 }, /* dharl */
	{ 5311, 1315, 5, 3 }, /* dharr */
	{ 3104, 1846, 4, 3 }, /* diam */
	{ 3104, 1846, 7, 3 }, /* diamond */
	{ 3104, 2347, 11, 3 }, /* diamondsuit */
	{ 8252, 2347, 5, 3 }, /* diams */
	{ 10348, 3418, 3, 2 }, /* die */
	{ 4916, 3968, 7, 2 }, /* digamma */
	{ 4978, 1960, 5, 3 }, /* disin */
	{ 2544, 3576, 3, 2 }, /* div */
	{ 2544, 3576, 6, 2 }, /* divide */
	{ 2544, 1855, 13, 3 }, /* divideontimes */
	{ 6137, 1855, 6, 3 }, /* divonx */
	{ 9610, 4136, 4, 2 }, /* djcy */
	{ 6143, 2041, 6, 3 }, /* dlcorn */
	{ 6149, 2011, 6, 3 }, /* dlcrop */
	{ 6155, 4167, 6, 1 }, /* dollar */
	{ 9614, 785, 4, 4 }, /* dopf */
	{ 2564, 3848, 3, 2 }, /* dot */
	{ 4216, 208, 5, 3 }, /* doteq */
	{ 4216, 1591, 8, 3 }, /* doteqdot */
	{ 4224, 1546, 8, 3 }, /* dotminus */
	{ 4923, 1459, 7, 3 }, /* dotplus */
	{ 3783, 1756, 9, 3 }, /* dotsquare */
	{ 2208, 1993, 14, 3 }, /* doublebarwedge */
	{ 2226, 1195, 9, 3 }, /* downarrow */
	{ 2222, 1339, 14, 3 }, /* downdownarrows */
	{ 1835, 1318, 15, 3 }, /* downharpoonleft */
	{ 1514, 1315, 16, 3 }, /* downharpoonright */
	{ 4232, 2461, 8, 3 }, /* drbkarow */
	{ 6161, 2044, 6, 3 }, /* drcorn */
	{ 6167, 2008, 6, 3 }, /* drcrop */
	{ 9618, 429, 4, 4 }, /* dscr */
	{ 9622, 4142, 4, 2 }, /* dscy */
	{ 6966, 2881, 4, 3 }, /* dsol */
	{ 6173, 3628, 6, 2 }, /* dstrok */
	{ 8257, 1957, 5, 3 }, /* dtdot */
	{ 8262, 2287, 4, 3 }, /* dtri */
	{ 8262, 2284, 5, 3 }, /* dtrif */
	{ 8267, 1402, 5, 3 }, /* duarr */
	{ 8272, 2659, 5, 3 }, /* duhar */
	{ 4930, 2761, 7, 3 }, /* dwangle */
	{ 9626, 4160, 4, 2 }, /* dzcy */
	{ 4240, 2434, 8, 3 }, /* dzigrarr */
	{ 8277, 3103, 5, 3 }, /* eDDot */
	{ 3599, 1591, 4, 3 }, /* eDot */
	{ 6179, 3548, 6, 2 }, /* eacute */
	{ 6185, 3082, 6, 3 }, /* easter */
	{ 6191, 3644, 6, 2 }, /* ecaron */
	{ 3059, 1606, 4, 3 }, /* ecir */
	{ 3059, 3550, 5, 2 }, /* ecirc */
	{ 6197, 1603, 6, 3 }, /* ecolon */
	{ 9699, 4128, 3, 2 }, /* ecy */
	{ 5353, 3636, 4, 2 }, /* edot */
	{ 255, 1144, 2, 3 }, /* ee */
	{ 8282, 1594, 5, 3 }, /* efDot */
	{ 10351, 609, 3, 4 }, /* efr */
	{ 26, 3202, 2, 3 }, /* eg */
	{ 6203, 3546, 6, 2 }, /* egrave */
	{ 6209, 3190, 3, 3 }, /* egs */
	{ 6209, 3196, 6, 3 }, /* egsdot */
	{ 1138, 3199, 2, 3 }, /* el */
	{ 4248, 2101, 8, 3 }, /* elinters */
	{ 3649, 1057, 3, 3 }, /* ell */
	{ 6215, 3187, 3, 3 }, /* els */
	{ 6215, 3193, 6, 3 }, /* elsdot */
	{ 8287, 3632, 5, 2 }, /* emacr */
	{ 4256, 1426, 5, 3 }, /* empty */
	{ 4256, 1426, 8, 3 }, /* emptyset */
	{ 4362, 1426, 6, 3 }, /* emptyv */
	{ 6221, 880, 4, 3 }, /* emsp */
	{ 6221, 883, 6, 3 }, /* emsp13 */
	{ 6227, 886, 6, 3 }, /* emsp14 */
	{ 2900, 3734, 3, 2 }, /* eng */
	{ 9630, 877, 4, 3 }, /* ensp */
	{ 8292, 3640, 5, 2 }, /* eogon */
	{ 9634, 789, 4, 4 }, /* eopf */
	{ 1101, 1897, 4, 3 }, /* epar */
	{ 4562, 2866, 6, 3 }, /* eparsl */
	{ 8297, 3088, 5, 3 }, /* eplus */
	{ 1948, 3916, 4, 2 }, /* epsi */
	{ 1948, 3916, 7, 2 }, /* epsilon */
	{ 8302, 3974, 5, 2 }, /* epsiv */
	{ 6233, 1606, 6, 3 }, /* eqcirc */
	{ 4937, 1603, 7, 3 }, /* eqcolon */
	{ 8307, 188, 5, 3 }, /* eqsim */
	{ 3376, 3190, 10, 3 }, /* eqslantgtr */
	{ 3115, 3187, 11, 3 }, /* eqslantless */
	{ 6239, 337, 6, 1 }, /* equals */
	{ 6245, 1621, 6, 3 }, /* equest */
	{ 4820, 36, 5, 3 }, /* equiv */
	{ 4944, 3106, 7, 3 }, /* equivDD */
	{ 4264, 2872, 8, 3 }, /* eqvparsl */
	{ 3589, 1597, 5, 3 }, /* erDot */
	{ 7102, 2665, 5, 3 }, /* erarr */
	{ 9638, 1111, 4, 3 }, /* escr */
	{ 3781, 208, 5, 3 }, /* esdot */
	{ 8638, 188, 4, 3 }, /* esim */
	{ 4586, 3920, 3, 2 }, /* eta */
	{ 6122, 3562, 3, 2 }, /* eth */
	{ 9642, 3552, 4, 2 }, /* euml */
	{ 9646, 1015, 4, 3 }, /* euro */
	{ 8398, 4164, 4, 1 }, /* excl */
	{ 5085, 1420, 5, 3 }, /* exist */
	{ 3126, 1114, 11, 3 }, /* expectation */
	{ 2904, 1144, 12, 3 }, /* exponentiale */
	{ 2557, 1594, 13, 3 }, /* fallingdotseq */
	{ 10354, 4110, 3, 2 }, /* fcy */
	{ 6251, 2332, 6, 3 }, /* female */
	{ 6257, 3394, 6, 3 }, /* ffilig */
	{ 8312, 3385, 5, 3 }, /* fflig */
	{ 6263, 3397, 6, 3 }, /* ffllig */
	{ 10357, 613, 3, 4 }, /* ffr */
	{ 6258, 3388, 5, 3 }, /* filig */
	{ 8317, 3400, 5, 2 }, /* fjlig */
	{ 9650, 2353, 4, 3 }, /* flat */
	{ 6264, 3391, 5, 3 }, /* fllig */
	{ 8322, 2263, 5, 3 }, /* fltns */
	{ 9654, 3834, 4, 2 }, /* fnof */
	{ 9658, 793, 4, 4 }, /* fopf */
	{ 6269, 1414, 6, 3 }, /* forall */
	{ 3887, 1894, 4, 3 }, /* fork */
	{ 8327, 3334, 5, 3 }, /* forkv */
	{ 4272, 2902, 8, 3 }, /* fpartint */
	{ 6275, 3460, 6, 2 }, /* frac12 */
	{ 6281, 1150, 6, 3 }, /* frac13 */
	{ 6287, 3458, 6, 2 }, /* frac14 */
	{ 6293, 1156, 6, 3 }, /* frac15 */
	{ 6299, 1168, 6, 3 }, /* frac16 */
	{ 6305, 1174, 6, 3 }, /* frac18 */
	{ 6311, 1153, 6, 3 }, /* frac23 */
	{ 6317, 1159, 6, 3 }, /* frac25 */
	{ 6323, 3462, 6, 2 }, /* frac34 */
	{ 6329, 1162, 6, 3 }, /* frac35 */
	{ 6335, 1177, 6, 3 }, /* frac38 */
	{ 6341, 1165, 6, 3 }, /* frac45 */
	{ 6347, 1171, 6, 3 }, /* frac56 */
	{ 6353, 1180, 6, 3 }, /* frac58 */
	{ 6359, 1183, 6, 3 }, /* frac78 */
	{ 8332, 994, 5, 3 }, /* frasl */
	{ 7266, 2047, 5, 3 }, /* frown */
	{ 9662, 433, 4, 4 }, /* fscr */
	{ 8960, 218, 2, 3 }, /* gE */
	{ 10360, 3160, 3, 3 }, /* gEl */
	{ 6365, 3838, 6, 2 }, /* gacute */
	{ 4918, 3912, 5, 2 }, /* gamma */
	{ 4918, 3968, 6, 2 }, /* gammad */
	{ 10363, 3142, 3, 3 }, /* gap */
	{ 6371, 3652, 6, 2 }, /* gbreve */
	{ 4799, 3648, 5, 2 }, /* gcirc */
	{ 10366, 4076, 3, 2 }, /* gcy */
	{ 2563, 3656, 4, 2 }, /* gdot */
	{ 2220, 48, 2, 3 }, /* ge */
	{ 10369, 132, 3, 3 }, /* gel */
	{ 3847, 48, 3, 3 }, /* geq */
	{ 8643, 218, 4, 3 }, /* geqq */
	{ 3847, 298, 8, 3 }, /* geqslant */
	{ 4280, 298, 3, 3 }, /* ges */
	{ 8337, 3232, 5, 3 }, /* gescc */
	{ 4280, 3124, 6, 3 }, /* gesdot */
	{ 4280, 3130, 7, 3 }, /* gesdoto */
	{ 4280, 3136, 8, 3 }, /* gesdotol */
	{ 6377, 132, 4, 6 }, /* gesl */
	{ 6377, 3184, 6, 3 }, /* gesles */
	{ 10372, 617, 3, 4 }, /* gfr */
	{ 4898, 72, 2, 3 }, /* gg */
	{ 10375, 253, 3, 3 }, /* ggg */
	{ 8342, 1132, 5, 3 }, /* gimel */
	{ 9666, 4138, 4, 2 }, /* gjcy */
	{ 240, 1663, 2, 3 }, /* gl */
	{ 10378, 3178, 3, 3 }, /* glE */
	{ 10381, 3220, 3, 3 }, /* gla */
	{ 10384, 3217, 3, 3 }, /* glj */
	{ 10387, 60, 3, 3 }, /* gnE */
	{ 4288, 3154, 4, 3 }, /* gnap */
	{ 4288, 3154, 8, 3 }, /* gnapprox */
	{ 8347, 3148, 3, 3 }, /* gne */
	{ 8347, 3148, 4, 3 }, /* gneq */
	{ 8347, 60, 5, 3 }, /* gneqq */
	{ 8352, 1927, 5, 3 }, /* gnsim */
	{ 9670, 797, 4, 4 }, /* gopf */
	{ 5496, 4187, 5, 1 }, /* grave */
	{ 9674, 1030, 4, 3 }, /* gscr */
	{ 8357, 1651, 4, 3 }, /* gsim */
	{ 8357, 3166, 5, 3 }, /* gsime */
	{ 8362, 3172, 5, 3 }, /* gsiml */
	{ 1792, 341, 2, 1 }, /* gt */
	{ 9678, 3226, 4, 3 }, /* gtcc */
	{ 8367, 3112, 5, 3 }, /* gtcir */
	{ 8372, 1903, 5, 3 }, /* gtdot */
	{ 6383, 2740, 6, 3 }, /* gtlPar */
	{ 4951, 3118, 7, 3 }, /* gtquest */
	{ 3792, 3142, 9, 3 }, /* gtrapprox */
	{ 6389, 2683, 6, 3 }, /* gtrarr */
	{ 6395, 1903, 6, 3 }, /* gtrdot */
	{ 3801, 132, 9, 3 }, /* gtreqless */
	{ 3386, 3160, 10, 3 }, /* gtreqqless */
	{ 4958, 1663, 7, 3 }, /* gtrless */
	{ 6401, 1651, 6, 3 }, /* gtrsim */
	{ 3810, 60, 9, 6 }, /* gvertneqq */
	{ 9682, 60, 4, 6 }, /* gvnE */
	{ 8653, 1369, 4, 3 }, /* hArr */
	{ 6407, 3, 6, 3 }, /* hairsp */
	{ 9686, 3460, 4, 2 }, /* half */
	{ 6413, 1033, 6, 3 }, /* hamilt */
	{ 6419, 4122, 6, 2 }, /* hardcy */
	{ 4965, 1198, 4, 3 }, /* harr */
	{ 4965, 2548, 7, 3 }, /* harrcir */
	{ 8377, 1264, 5, 3 }, /* harrw */
	{ 8768, 1045, 4, 3 }, /* hbar */
	{ 8382, 3662, 5, 2 }, /* hcirc */
	{ 3819, 2344, 6, 3 }, /* hearts */
	{ 3819, 2344, 9, 3 }, /* heartsuit */
	{ 6425, 958, 6, 3 }, /* hellip */
	{ 6431, 1816, 6, 3 }, /* hercon */
	{ 10390, 621, 3, 4 }, /* hfr */
	{ 4296, 2506, 8, 3 }, /* hksearow */
	{ 4304, 2509, 8, 3 }, /* hkswarow */
	{ 8387, 1411, 5, 3 }, /* hoarr */
	{ 6437, 1552, 6, 3 }, /* homtht */
	{ 2570, 1252, 13, 3 }, /* hookleftarrow */
	{ 2236, 1255, 14, 3 }, /* hookrightarrow */
	{ 9690, 801, 4, 4 }, /* hopf */
	{ 6443, 922, 6, 3 }, /* horbar */
	{ 9694, 437, 4, 4 }, /* hscr */
	{ 6449, 1045, 6, 3 }, /* hslash */
	{ 6455, 3666, 6, 2 }, /* hstrok */
	{ 6461, 991, 6, 3 }, /* hybull */
	{ 6467, 913, 6, 3 }, /* hyphen */
	{ 6473, 3556, 6, 2 }, /* iacute */
	{ 85, 1012, 2, 3 }, /* ic */
	{ 8392, 3558, 5, 2 }, /* icirc */
	{ 10107, 4086, 3, 2 }, /* icy */
	{ 9698, 4080, 4, 2 }, /* iecy */
	{ 8397, 3404, 5, 2 }, /* iexcl */
	{ 277, 1369, 3, 3 }, /* iff */
	{ 10393, 625, 3, 4 }, /* ifr */
	{ 6479, 3554, 6, 2 }, /* igrave */
	{ 6485, 1147, 2, 3 }, /* ii */
	{ 6485, 2899, 6, 3 }, /* iiiint */
	{ 6486, 1513, 5, 3 }, /* iiint */
	{ 6491, 2857, 6, 3 }, /* iinfin */
	{ 8402, 1102, 5, 3 }, /* iiota */
	{ 8407, 3686, 5, 2 }, /* ijlig */
	{ 8412, 3674, 5, 2 }, /* imacr */
	{ 8417, 1051, 5, 3 }, /* image */
	{ 4312, 1048, 8, 3 }, /* imagline */
	{ 4320, 1051, 8, 3 }, /* imagpart */
	{ 8422, 3682, 5, 2 }, /* imath */
	{ 9702, 1810, 4, 3 }, /* imof */
	{ 8427, 3836, 5, 2 }, /* imped */
	{ 199, 1432, 2, 3 }, /* in */
	{ 2468, 1027, 6, 3 }, /* incare */
	{ 4328, 1477, 5, 3 }, /* infin */
	{ 4328, 2860, 8, 3 }, /* infintie */
	{ 6497, 3682, 6, 2 }, /* inodot */
	{ 3652, 1507, 3, 3 }, /* int */
	{ 6503, 1819, 6, 3 }, /* intcal */
	{ 4336, 1093, 8, 3 }, /* integers */
	{ 4344, 1819, 8, 3 }, /* intercal */
	{ 4352, 2926, 8, 3 }, /* intlarhk */
	{ 4972, 2995, 7, 3 }, /* intprod */
	{ 9706, 4134, 4, 2 }, /* iocy */
	{ 8432, 3678, 5, 2 }, /* iogon */
	{ 9710, 805, 4, 4 }, /* iopf */
	{ 8403, 3924, 4, 2 }, /* iota */
	{ 8437, 2995, 5, 3 }, /* iprod */
	{ 6509, 3464, 6, 2 }, /* iquest */
	{ 9714, 441, 4, 4 }, /* iscr */
	{ 2917, 1432, 4, 3 }, /* isin */
	{ 8442, 263, 5, 3 }, /* isinE */
	{ 4979, 258, 7, 3 }, /* isindot */
	{ 6515, 1966, 5, 3 }, /* isins */
	{ 6515, 1963, 6, 3 }, /* isinsv */
	{ 8447, 1432, 5, 3 }, /* isinv */
	{ 83, 1009, 2, 3 }, /* it */
	{ 6521, 3670, 6, 2 }, /* itilde */
	{ 8452, 4144, 5, 2 }, /* iukcy */
	{ 9718, 3560, 4, 2 }, /* iuml */
	{ 8457, 3690, 5, 2 }, /* jcirc */
	{ 9611, 4088, 3, 2 }, /* jcy */
	{ 10396, 629, 3, 4 }, /* jfr */
	{ 8462, 3840, 5, 2 }, /* jmath */
	{ 9722, 809, 4, 4 }, /* jopf */
	{ 9726, 445, 4, 4 }, /* jscr */
	{ 6527, 4148, 6, 2 }, /* jsercy */
	{ 8467, 4140, 5, 2 }, /* jukcy */
	{ 4643, 3926, 5, 2 }, /* kappa */
	{ 4643, 3970, 6, 2 }, /* kappav */
	{ 6533, 3694, 6, 2 }, /* kcedil */
	{ 7769, 4090, 3, 2 }, /* kcy */
	{ 10399, 633, 3, 4 }, /* kfr */
	{ 6539, 3696, 6, 2 }, /* kgreen */
	{ 9730, 4112, 4, 2 }, /* khcy */
	{ 9734, 4156, 4, 2 }, /* kjcy */
	{ 9738, 813, 4, 4 }, /* kopf */
	{ 9742, 449, 4, 4 }, /* kscr */
	{ 8472, 1387, 5, 3 }, /* lAarr */
	{ 6931, 1357, 4, 3 }, /* lArr */
	{ 6545, 2482, 6, 3 }, /* lAtail */
	{ 8477, 2455, 5, 3 }, /* lBarr */
	{ 558, 213, 2, 3 }, /* lE */
	{ 10379, 3157, 3, 3 }, /* lEg */
	{ 9746, 2620, 4, 3 }, /* lHar */
	{ 6551, 3700, 6, 2 }, /* lacute */
	{ 4360, 2803, 8, 3 }, /* laemptyv */
	{ 6557, 1054, 6, 3 }, /* lagran */
	{ 6563, 3928, 6, 2 }, /* lambda */
	{ 6569, 2395, 4, 3 }, /* lang */
	{ 8482, 2728, 5, 3 }, /* langd */
	{ 6569, 2395, 6, 3 }, /* langle */
	{ 10402, 3139, 3, 3 }, /* lap */
	{ 8487, 3424, 5, 2 }, /* laquo */
	{ 4876, 1186, 4, 3 }, /* larr */
	{ 4986, 1396, 5, 3 }, /* larrb */
	{ 4986, 2494, 7, 3 }, /* larrbfs */
	{ 6575, 2488, 6, 3 }, /* larrfs */
	{ 6581, 1252, 6, 3 }, /* larrhk */
	{ 6587, 1258, 6, 3 }, /* larrlp */
	{ 6593, 2536, 6, 3 }, /* larrpl */
	{ 4993, 2671, 7, 3 }, /* larrsim */
	{ 6599, 1234, 6, 3 }, /* larrtl */
	{ 6605, 3238, 3, 3 }, /* lat */
	{ 6605, 2476, 6, 3 }, /* latail */
	{ 8492, 144, 4, 3 }, /* late */
	{ 8492, 144, 5, 6 }, /* lates */
	{ 8497, 2449, 5, 3 }, /* lbarr */
	{ 8502, 2377, 5, 3 }, /* lbbrk */
	{ 6611, 4188, 6, 1 }, /* lbrace */
	{ 6617, 4182, 6, 1 }, /* lbrack */
	{ 8507, 2710, 5, 3 }, /* lbrke */
	{ 5000, 2722, 7, 3 }, /* lbrksld */
	{ 5007, 2716, 7, 3 }, /* lbrkslu */
	{ 6623, 3708, 6, 2 }, /* lcaron */
	{ 6629, 3704, 6, 2 }, /* lcedil */
	{ 8512, 1996, 5, 3 }, /* lceil */
	{ 9750, 4188, 4, 1 }, /* lcub */
	{ 10405, 4092, 3, 2 }, /* lcy */
	{ 9754, 2527, 4, 3 }, /* ldca */
	{ 6635, 937, 5, 3 }, /* ldquo */
	{ 6635, 943, 6, 3 }, /* ldquor */
	{ 5014, 2635, 7, 3 }, /* ldrdhar */
	{ 4368, 2557, 8, 3 }, /* ldrushar */
	{ 9758, 1276, 4, 3 }, /* ldsh */
	{ 35, 42, 2, 3 }, /* le */
	{ 1585, 1186, 9, 3 }, /* leftarrow */
	{ 2583, 1234, 13, 3 }, /* leftarrowtail */
	{ 1850, 1300, 15, 3 }, /* leftharpoondown */
	{ 2596, 1297, 13, 3 }, /* leftharpoonup */
	{ 2250, 1330, 14, 3 }, /* leftleftarrows */
	{ 661, 1198, 14, 3 }, /* leftrightarrow */
	{ 1865, 1327, 15, 3 }, /* leftrightarrows */
	{ 1143, 1342, 17, 3 }, /* leftrightharpoons */
	{ 602, 1264, 19, 3 }, /* leftrightsquigarrow */
	{ 2264, 1867, 14, 3 }, /* leftthreetimes */
	{ 10408, 126, 3, 3 }, /* leg */
	{ 3856, 42, 3, 3 }, /* leq */
	{ 8678, 213, 4, 3 }, /* leqq */
	{ 3856, 293, 8, 3 }, /* leqslant */
	{ 2646, 293, 3, 3 }, /* les */
	{ 8517, 3229, 5, 3 }, /* lescc */
	{ 4376, 3121, 6, 3 }, /* lesdot */
	{ 4376, 3127, 7, 3 }, /* lesdoto */
	{ 4376, 3133, 8, 3 }, /* lesdotor */
	{ 6380, 126, 4, 6 }, /* lesg */
	{ 6641, 3181, 6, 3 }, /* lesges */
	{ 3396, 3139, 10, 3 }, /* lessapprox */
	{ 5021, 1900, 7, 3 }, /* lessdot */
	{ 3828, 126, 9, 3 }, /* lesseqgtr */
	{ 3406, 3157, 10, 3 }, /* lesseqqgtr */
	{ 5028, 1660, 7, 3 }, /* lessgtr */
	{ 5035, 1648, 7, 3 }, /* lesssim */
	{ 6647, 2692, 6, 3 }, /* lfisht */
	{ 6653, 2002, 6, 3 }, /* lfloor */
	{ 6274, 637, 3, 4 }, /* lfr */
	{ 4287, 1660, 2, 3 }, /* lg */
	{ 10411, 3175, 3, 3 }, /* lgE */
	{ 6666, 1300, 5, 3 }, /* lhard */
	{ 6659, 1297, 5, 3 }, /* lharu */
	{ 6659, 2644, 6, 3 }, /* lharul */
	{ 8522, 2233, 5, 3 }, /* lhblk */
	{ 9762, 4150, 4, 2 }, /* ljcy */
	{ 166, 66, 2, 3 }, /* ll */
	{ 6598, 1330, 5, 3 }, /* llarr */
	{ 4384, 2041, 8, 3 }, /* llcorner */
	{ 6665, 2647, 6, 3 }, /* llhard */
	{ 8527, 2314, 5, 3 }, /* lltri */
	{ 6671, 3712, 6, 2 }, /* lmidot */
	{ 3416, 2071, 6, 3 }, /* lmoust */
	{ 3416, 2071, 10, 3 }, /* lmoustache */
	{ 10414, 54, 3, 3 }, /* lnE */
	{ 4392, 3151, 4, 3 }, /* lnap */
	{ 4392, 3151, 8, 3 }, /* lnapprox */
	{ 6832, 3145, 3, 3 }, /* lne */
	{ 8532, 3145, 4, 3 }, /* lneq */
	{ 8532, 54, 5, 3 }, /* lneqq */
	{ 8537, 1924, 5, 3 }, /* lnsim */
	{ 8542, 2407, 5, 3 }, /* loang */
	{ 8547, 1405, 5, 3 }, /* loarr */
	{ 8552, 2389, 5, 3 }, /* lobrk */
	{ 2609, 2413, 13, 3 }, /* longleftarrow */
	{ 819, 2419, 18, 3 }, /* longleftrightarrow */
	{ 3426, 2431, 10, 3 }, /* longmapsto */
	{ 2278, 2416, 14, 3 }, /* longrightarrow */
	{ 2622, 1258, 13, 3 }, /* looparrowleft */
	{ 2292, 1261, 14, 3 }, /* looparrowright */
	{ 8557, 2704, 5, 3 }, /* lopar */
	{ 9766, 817, 4, 4 }, /* lopf */
	{ 6677, 2953, 6, 3 }, /* loplus */
	{ 5042, 2971, 7, 3 }, /* lotimes */
	{ 6683, 1465, 6, 3 }, /* lowast */
	{ 6689, 4186, 6, 1 }, /* lowbar */
	{ 2897, 2296, 3, 3 }, /* loz */
	{ 2897, 2296, 7, 3 }, /* lozenge */
	{ 9770, 2875, 4, 3 }, /* lozf */
	{ 4531, 4171, 4, 1 }, /* lpar */
	{ 6695, 2734, 6, 3 }, /* lparlt */
	{ 7132, 1327, 5, 3 }, /* lrarr */
	{ 4400, 2044, 8, 3 }, /* lrcorner */
	{ 6701, 1342, 5, 3 }, /* lrhar */
	{ 6701, 2653, 6, 3 }, /* lrhard */
	{ 10417, 907, 3, 3 }, /* lrm */
	{ 8562, 1831, 5, 3 }, /* lrtri */
	{ 6707, 979, 6, 3 }, /* lsaquo */
	{ 9774, 453, 4, 4 }, /* lscr */
	{ 10420, 1270, 3, 3 }, /* lsh */
	{ 8567, 1648, 4, 3 }, /* lsim */
	{ 8567, 3163, 5, 3 }, /* lsime */
	{ 8572, 3169, 5, 3 }, /* lsimg */
	{ 9778, 4182, 4, 1 }, /* lsqb */
	{ 6713, 928, 5, 3 }, /* lsquo */
	{ 6713, 934, 6, 3 }, /* lsquor */
	{ 6719, 3716, 6, 2 }, /* lstrok */
	{ 4426, 333, 2, 1 }, /* lt */
	{ 9782, 3223, 4, 3 }, /* ltcc */
	{ 8577, 3109, 5, 3 }, /* ltcir */
	{ 8582, 1900, 5, 3 }, /* ltdot */
	{ 6725, 1867, 6, 3 }, /* lthree */
	{ 6731, 1861, 6, 3 }, /* ltimes */
	{ 6737, 2680, 6, 3 }, /* ltlarr */
	{ 5049, 3115, 7, 3 }, /* ltquest */
	{ 6743, 2743, 6, 3 }, /* ltrPar */
	{ 4548, 2293, 4, 3 }, /* ltri */
	{ 5177, 114, 5, 3 }, /* ltrie */
	{ 8587, 2290, 5, 3 }, /* ltrif */
	{ 4408, 2554, 8, 3 }, /* lurdshar */
	{ 5056, 2632, 7, 3 }, /* luruhar */
	{ 3837, 54, 9, 6 }, /* lvertneqq */
	{ 9786, 54, 4, 6 }, /* lvnE */
	{ 8592, 1549, 5, 3 }, /* mDDot */
	{ 7683, 3432, 4, 2 }, /* macr */
	{ 6253, 2335, 4, 3 }, /* male */
	{ 5063, 2368, 4, 3 }, /* malt */
	{ 5063, 2368, 7, 3 }, /* maltese */
	{ 3430, 1246, 3, 3 }, /* map */
	{ 3430, 1246, 6, 3 }, /* mapsto */
	{ 3436, 1249, 10, 3 }, /* mapstodown */
	{ 3446, 1240, 10, 3 }, /* mapstoleft */
	{ 4416, 1243, 8, 3 }, /* mapstoup */
	{ 6749, 2260, 6, 3 }, /* marker */
	{ 6755, 2947, 6, 3 }, /* mcomma */
	{ 10423, 4094, 3, 2 }, /* mcy */
	{ 8597, 919, 5, 3 }, /* mdash */
	{ 2635, 1483, 13, 3 }, /* measuredangle */
	{ 10426, 641, 3, 4 }, /* mfr */
	{ 10429, 1096, 3, 3 }, /* mho */
	{ 4721, 3444, 5, 2 }, /* micro */
	{ 3879, 1489, 3, 3 }, /* mid */
	{ 6761, 4173, 6, 1 }, /* midast */
	{ 6767, 3373, 6, 3 }, /* midcir */
	{ 6773, 3448, 6, 2 }, /* middot */
	{ 2656, 1453, 5, 3 }, /* minus */
	{ 4131, 1750, 6, 3 }, /* minusb */
	{ 4227, 1546, 6, 3 }, /* minusd */
	{ 5070, 2950, 7, 3 }, /* minusdu */
	{ 9790, 3340, 4, 3 }, /* mlcp */
	{ 9794, 958, 4, 3 }, /* mldr */
	{ 6779, 1456, 6, 3 }, /* mnplus */
	{ 6785, 1771, 6, 3 }, /* models */
	{ 9798, 821, 4, 4 }, /* mopf */
	{ 330, 1456, 2, 3 }, /* mp */
	{ 9802, 457, 4, 4 }, /* mscr */
	{ 6791, 183, 6, 3 }, /* mstpos */
	{ 4424, 3930, 2, 2 }, /* mu */
	{ 4424, 1813, 8, 3 }, /* multimap */
	{ 8602, 1813, 5, 3 }, /* mumap */
	{ 10432, 253, 3, 5 }, /* nGg */
	{ 9806, 72, 3, 6 }, /* nGt */
	{ 9806, 228, 4, 5 }, /* nGtv */
	{ 3456, 1348, 10, 3 }, /* nLeftarrow */
	{ 1880, 1351, 15, 3 }, /* nLeftrightarrow */
	{ 10435, 248, 3, 5 }, /* nLl */
	{ 9810, 66, 3, 6 }, /* nLt */
	{ 9810, 223, 4, 5 }, /* nLtv */
	{ 3137, 1354, 11, 3 }, /* nRightarrow */
	{ 6797, 1795, 6, 3 }, /* nVDash */
	{ 6803, 1792, 6, 3 }, /* nVdash */
	{ 8607, 1429, 5, 3 }, /* nabla */
	{ 6809, 3720, 6, 2 }, /* nacute */
	{ 9814, 6, 4, 6 }, /* nang */
	{ 3163, 1582, 3, 3 }, /* nap */
	{ 9818, 288, 4, 5 }, /* napE */
	{ 8612, 193, 5, 5 }, /* napid */
	{ 8617, 3730, 5, 2 }, /* napos */
	{ 3163, 1582, 7, 3 }, /* napprox */
	{ 4432, 2356, 5, 3 }, /* natur */
	{ 4432, 2356, 7, 3 }, /* natural */
	{ 4432, 1060, 8, 3 }, /* naturals */
	{ 9822, 3402, 4, 2 }, /* nbsp */
	{ 6815, 198, 5, 5 }, /* nbump */
	{ 6815, 203, 6, 5 }, /* nbumpe */
	{ 9826, 3007, 4, 3 }, /* ncap */
	{ 6821, 3728, 6, 2 }, /* ncaron */
	{ 6827, 3724, 6, 2 }, /* ncedil */
	{ 4440, 1576, 5, 3 }, /* ncong */
	{ 4440, 283, 8, 5 }, /* ncongdot */
	{ 9830, 3004, 4, 3 }, /* ncup */
	{ 6112, 4096, 3, 2 }, /* ncy */
	{ 8622, 916, 5, 3 }, /* ndash */
	{ 2010, 1624, 2, 3 }, /* ne */
	{ 8627, 1378, 5, 3 }, /* neArr */
	{ 6833, 2503, 6, 3 }, /* nearhk */
	{ 5077, 1207, 5, 3 }, /* nearr */
	{ 5077, 1207, 7, 3 }, /* nearrow */
	{ 8632, 208, 5, 5 }, /* nedot */
	{ 4819, 1627, 6, 3 }, /* nequiv */
	{ 6839, 2515, 6, 3 }, /* nesear */
	{ 8637, 188, 5, 5 }, /* nesim */
	{ 5084, 1423, 6, 3 }, /* nexist */
	{ 5084, 1423, 7, 3 }, /* nexists */
	{ 10438, 645, 3, 4 }, /* nfr */
	{ 10441, 218, 3, 5 }, /* ngE */
	{ 2901, 1645, 3, 3 }, /* nge */
	{ 3846, 1645, 4, 3 }, /* ngeq */
	{ 8642, 218, 5, 5 }, /* ngeqq */
	{ 3846, 298, 9, 5 }, /* ngeqslant */
	{ 9834, 298, 4, 5 }, /* nges */
	{ 8647, 1657, 5, 3 }, /* ngsim */
	{ 9838, 1639, 3, 3 }, /* ngt */
	{ 9838, 1639, 4, 3 }, /* ngtr */
	{ 8652, 1351, 5, 3 }, /* nhArr */
	{ 8657, 1267, 5, 3 }, /* nharr */
	{ 8662, 3379, 5, 3 }, /* nhpar */
	{ 3023, 1438, 2, 3 }, /* ni */
	{ 9842, 1981, 3, 3 }, /* nis */
	{ 9842, 1975, 4, 3 }, /* nisd */
	{ 5115, 1438, 3, 3 }, /* niv */
	{ 9846, 4152, 4, 2 }, /* njcy */
	{ 8667, 1348, 5, 3 }, /* nlArr */
	{ 10444, 213, 3, 5 }, /* nlE */
	{ 8672, 1216, 5, 3 }, /* nlarr */
	{ 9850, 955, 4, 3 }, /* nldr */
	{ 1845, 1642, 3, 3 }, /* nle */
	{ 3466, 1216, 10, 3 }, /* nleftarrow */
	{ 1864, 1267, 15, 3 }, /* nleftrightarrow */
	{ 3855, 1642, 4, 3 }, /* nleq */
	{ 8677, 213, 5, 5 }, /* nleqq */
	{ 3855, 293, 9, 5 }, /* nleqslant */
	{ 8682, 293, 4, 5 }, /* nles */
	{ 8682, 1636, 5, 3 }, /* nless */
	{ 8687, 1654, 5, 3 }, /* nlsim */
	{ 6845, 1636, 3, 3 }, /* nlt */
	{ 6845, 1936, 5, 3 }, /* nltri */
	{ 6845, 1942, 6, 3 }, /* nltrie */
	{ 8893, 1492, 4, 3 }, /* nmid */
	{ 9854, 825, 4, 4 }, /* nopf */
	{ 3569, 3426, 3, 2 }, /* not */
	{ 4448, 1435, 5, 3 }, /* notin */
	{ 6851, 263, 6, 5 }, /* notinE */
	{ 4448, 258, 8, 5 }, /* notindot */
	{ 5091, 1435, 7, 3 }, /* notinva */
	{ 5098, 1972, 7, 3 }, /* notinvb */
	{ 5105, 1969, 7, 3 }, /* notinvc */
	{ 5112, 1441, 5, 3 }, /* notni */
	{ 5112, 1441, 7, 3 }, /* notniva */
	{ 5119, 1987, 7, 3 }, /* notnivb */
	{ 5126, 1984, 7, 3 }, /* notnivc */
	{ 3864, 1498, 4, 3 }, /* npar */
	{ 3864, 1498, 9, 3 }, /* nparallel */
	{ 6857, 162, 6, 6 }, /* nparsl */
	{ 8692, 173, 5, 5 }, /* npart */
	{ 5133, 2917, 7, 3 }, /* npolint */
	{ 5140, 1687, 3, 3 }, /* npr */
	{ 6863, 1912, 6, 3 }, /* nprcue */
	{ 5140, 313, 4, 5 }, /* npre */
	{ 5140, 1687, 5, 3 }, /* nprec */
	{ 5140, 313, 7, 5 }, /* npreceq */
	{ 8697, 1354, 5, 3 }, /* nrArr */
	{ 6869, 1219, 5, 3 }, /* nrarr */
	{ 6869, 268, 6, 5 }, /* nrarrc */
	{ 6875, 168, 6, 5 }, /* nrarrw */
	{ 3148, 1219, 11, 3 }, /* nrightarrow */
	{ 6881, 1939, 5, 3 }, /* nrtri */
	{ 6881, 1945, 6, 3 }, /* nrtrie */
	{ 6887, 1690, 3, 3 }, /* nsc */
	{ 6887, 1915, 6, 3 }, /* nsccue */
	{ 7240, 318, 4, 5 }, /* nsce */
	{ 9858, 461, 4, 4 }, /* nscr */
	{ 3873, 1492, 9, 3 }, /* nshortmid */
	{ 2306, 1498, 14, 3 }, /* nshortparallel */
	{ 4492, 1561, 4, 3 }, /* nsim */
	{ 6893, 1567, 5, 3 }, /* nsime */
	{ 6893, 1567, 6, 3 }, /* nsimeq */
	{ 8702, 1492, 5, 3 }, /* nsmid */
	{ 8707, 1498, 5, 3 }, /* nspar */
	{ 5147, 1918, 7, 3 }, /* nsqsube */
	{ 5154, 1921, 7, 3 }, /* nsqsupe */
	{ 3476, 1693, 4, 3 }, /* nsub */
	{ 8712, 323, 5, 5 }, /* nsubE */
	{ 8717, 1705, 5, 3 }, /* nsube */
	{ 3476, 78, 7, 6 }, /* nsubset */
	{ 3476, 1705, 9, 3 }, /* nsubseteq */
	{ 3476, 323, 10, 5 }, /* nsubseteqq */
	{ 5161, 1690, 5, 3 }, /* nsucc */
	{ 5161, 318, 7, 5 }, /* nsucceq */
	{ 3486, 1696, 4, 3 }, /* nsup */
	{ 8722, 328, 5, 5 }, /* nsupE */
	{ 8727, 1708, 5, 3 }, /* nsupe */
	{ 3486, 84, 7, 6 }, /* nsupset */
	{ 3486, 1708, 9, 3 }, /* nsupseteq */
	{ 3486, 328, 10, 5 }, /* nsupseteqq */
	{ 9862, 1669, 4, 3 }, /* ntgl */
	{ 6899, 3564, 6, 2 }, /* ntilde */
	{ 9866, 1666, 4, 3 }, /* ntlg */
	{ 1895, 1936, 13, 3 }, /* ntriangleleft */
	{ 1895, 1942, 15, 3 }, /* ntrianglelefteq */
	{ 1530, 1939, 14, 3 }, /* ntriangleright */
	{ 1530, 1945, 16, 3 }, /* ntrianglerighteq */
	{ 2345, 3932, 2, 2 }, /* nu */
	{ 6905, 4166, 3, 1 }, /* num */
	{ 6905, 1063, 6, 3 }, /* numero */
	{ 8732, 889, 5, 3 }, /* numsp */
	{ 6911, 1789, 6, 3 }, /* nvDash */
	{ 6917, 2443, 6, 3 }, /* nvHarr */
	{ 9870, 30, 4, 6 }, /* nvap */
	{ 6923, 1786, 6, 3 }, /* nvdash */
	{ 9874, 48, 4, 6 }, /* nvge */
	{ 9878, 341, 4, 4 }, /* nvgt */
	{ 5168, 2863, 7, 3 }, /* nvinfin */
	{ 6929, 2437, 6, 3 }, /* nvlArr */
	{ 9882, 42, 4, 6 }, /* nvle */
	{ 5175, 333, 4, 4 }, /* nvlt */
	{ 5175, 114, 7, 6 }, /* nvltrie */
	{ 6935, 2440, 6, 3 }, /* nvrArr */
	{ 5182, 120, 7, 6 }, /* nvrtrie */
	{ 8737, 24, 5, 6 }, /* nvsim */
	{ 8742, 1375, 5, 3 }, /* nwArr */
	{ 6941, 2500, 6, 3 }, /* nwarhk */
	{ 5189, 1204, 5, 3 }, /* nwarr */
	{ 5189, 1204, 7, 3 }, /* nwarrow */
	{ 6947, 2512, 6, 3 }, /* nwnear */
	{ 10524, 2107, 2, 3 }, /* oS */
	{ 6953, 3568, 6, 2 }, /* oacute */
	{ 9886, 1741, 4, 3 }, /* oast */
	{ 3972, 1738, 4, 3 }, /* ocir */
	{ 8747, 3570, 5, 2 }, /* ocirc */
	{ 9707, 4098, 3, 2 }, /* ocy */
	{ 8752, 1744, 5, 3 }, /* odash */
	{ 6959, 3742, 6, 2 }, /* odblac */
	{ 9890, 2983, 4, 3 }, /* odiv */
	{ 4807, 1735, 4, 3 }, /* odot */
	{ 6965, 2821, 6, 3 }, /* odsold */
	{ 8757, 3746, 5, 2 }, /* oelig */
	{ 8762, 2827, 5, 3 }, /* ofcir */
	{ 10447, 649, 3, 4 }, /* ofr */
	{ 7688, 3852, 4, 2 }, /* ogon */
	{ 6971, 3566, 6, 2 }, /* ograve */
	{ 10450, 2833, 3, 3 }, /* ogt */
	{ 8767, 2806, 5, 3 }, /* ohbar */
	{ 10453, 3906, 3, 2 }, /* ohm */
	{ 4473, 1516, 4, 3 }, /* oint */
	{ 8772, 1291, 5, 3 }, /* olarr */
	{ 8777, 2824, 5, 3 }, /* olcir */
	{ 5196, 2818, 7, 3 }, /* olcross */
	{ 8782, 985, 5, 3 }, /* oline */
	{ 10456, 2830, 3, 3 }, /* olt */
	{ 8787, 3738, 5, 2 }, /* omacr */
	{ 8792, 3956, 5, 2 }, /* omega */
	{ 5203, 3936, 7, 2 }, /* omicron */
	{ 9894, 2809, 4, 3 }, /* omid */
	{ 6977, 1726, 6, 3 }, /* ominus */
	{ 9898, 829, 4, 4 }, /* oopf */
	{ 2294, 2812, 4, 3 }, /* opar */
	{ 8797, 2815, 5, 3 }, /* operp */
	{ 4099, 1723, 5, 3 }, /* oplus */
	{ 505, 1504, 2, 3 }, /* or */
	{ 8802, 1294, 5, 3 }, /* orarr */
	{ 5210, 3070, 3, 3 }, /* ord */
	{ 5210, 1123, 5, 3 }, /* order */
	{ 5210, 1123, 7, 3 }, /* orderof */
	{ 9902, 3422, 4, 2 }, /* ordf */
	{ 9906, 3454, 4, 2 }, /* ordm */
	{ 6983, 1807, 6, 3 }, /* origof */
	{ 9910, 3052, 4, 3 }, /* oror */
	{ 5217, 3055, 7, 3 }, /* orslope */
	{ 10459, 3064, 3, 3 }, /* orv */
	{ 9914, 1123, 4, 3 }, /* oscr */
	{ 6989, 3578, 6, 2 }, /* oslash */
	{ 9918, 1732, 4, 3 }, /* osol */
	{ 6995, 3572, 6, 2 }, /* otilde */
	{ 3750, 1729, 6, 3 }, /* otimes */
	{ 4456, 2977, 8, 3 }, /* otimesas */
	{ 9922, 3574, 4, 2 }, /* ouml */
	{ 8807, 2062, 5, 3 }, /* ovbar */
	{ 1102, 1495, 3, 3 }, /* par */
	{ 1102, 3446, 4, 2 }, /* para */
	{ 2312, 1495, 8, 3 }, /* parallel */
	{ 7001, 3382, 6, 3 }, /* parsim */
	{ 4267, 162, 5, 3 }, /* parsl */
	{ 4273, 173, 4, 3 }, /* part */
	{ 10462, 4100, 3, 2 }, /* pcy */
	{ 7007, 4168, 6, 1 }, /* percnt */
	{ 7013, 4176, 6, 1 }, /* period */
	{ 7019, 961, 6, 3 }, /* permil */
	{ 8798, 1768, 4, 3 }, /* perp */
	{ 5224, 964, 7, 3 }, /* pertenk */
	{ 9968, 653, 3, 4 }, /* pfr */
	{ 3189, 3950, 3, 2 }, /* phi */
	{ 7538, 3962, 4, 2 }, /* phiv */
	{ 7025, 1120, 6, 3 }, /* phmmat */
	{ 8812, 2329, 5, 3 }, /* phone */
	{ 271, 3938, 2, 2 }, /* pi */
	{ 3882, 1894, 9, 3 }, /* pitchfork */
	{ 9105, 3964, 3, 2 }, /* piv */
	{ 5231, 1045, 6, 3 }, /* planck */
	{ 5231, 1042, 7, 3 }, /* planckh */
	{ 7031, 1045, 6, 3 }, /* plankv */
	{ 4100, 4174, 4, 1 }, /* plus */
	{ 4464, 2932, 8, 3 }, /* plusacir */
	{ 4100, 1747, 5, 3 }, /* plusb */
	{ 5238, 2929, 7, 3 }, /* pluscir */
	{ 7037, 1459, 6, 3 }, /* plusdo */
	{ 7043, 2938, 6, 3 }, /* plusdu */
	{ 8298, 3091, 5, 3 }, /* pluse */
	{ 7049, 3436, 6, 2 }, /* plusmn */
	{ 5245, 2941, 7, 3 }, /* plussim */
	{ 5252, 2944, 7, 3 }, /* plustwo */
	{ 4423, 3436, 2, 2 }, /* pm */
	{ 4472, 2920, 8, 3 }, /* pointint */
	{ 9926, 833, 4, 4 }, /* popf */
	{ 8817, 3408, 5, 2 }, /* pound */
	{ 3089, 1672, 2, 3 }, /* pr */
	{ 10465, 3244, 3, 3 }, /* prE */
	{ 9930, 3256, 4, 3 }, /* prap */
	{ 6864, 1678, 5, 3 }, /* prcue */
	{ 3089, 313, 3, 3 }, /* pre */
	{ 3089, 1672, 4, 3 }, /* prec */
	{ 3496, 3256, 10, 3 }, /* precapprox */
	{ 3089, 1678, 11, 3 }, /* preccurlyeq */
	{ 5141, 313, 6, 3 }, /* preceq */
	{ 3159, 3262, 11, 3 }, /* precnapprox */
	{ 4480, 3250, 8, 3 }, /* precneqq */
	{ 4488, 1930, 8, 3 }, /* precnsim */
	{ 5259, 1684, 7, 3 }, /* precsim */
	{ 3733, 967, 5, 3 }, /* prime */
	{ 7055, 1072, 6, 3 }, /* primes */
	{ 9934, 3250, 4, 3 }, /* prnE */
	{ 8822, 3262, 5, 3 }, /* prnap */
	{ 7061, 1930, 6, 3 }, /* prnsim */
	{ 3605, 1444, 4, 3 }, /* prod */
	{ 4496, 2056, 8, 3 }, /* profalar */
	{ 4504, 2023, 8, 3 }, /* profline */
	{ 4512, 2026, 8, 3 }, /* profsurf */
	{ 3930, 1474, 4, 3 }, /* prop */
	{ 3930, 1474, 6, 3 }, /* propto */
	{ 8827, 1684, 5, 3 }, /* prsim */
	{ 7067, 1798, 6, 3 }, /* prurel */
	{ 8185, 465, 4, 4 }, /* pscr */
	{ 1949, 3954, 3, 2 }, /* psi */
	{ 7073, 892, 6, 3 }, /* puncsp */
	{ 10468, 657, 3, 4 }, /* qfr */
	{ 9938, 2899, 4, 3 }, /* qint */
	{ 9942, 837, 4, 4 }, /* qopf */
	{ 7079, 1000, 6, 3 }, /* qprime */
	{ 9946, 469, 4, 4 }, /* qscr */
	{ 3170, 1039, 11, 3 }, /* quaternions */
	{ 5266, 2923, 7, 3 }, /* quatint */
	{ 4953, 4180, 5, 1 }, /* quest */
	{ 5273, 1621, 7, 3 }, /* questeq */
	{ 9950, 4165, 4, 1 }, /* quot */
	{ 8832, 1390, 5, 3 }, /* rAarr */
	{ 6937, 1363, 4, 3 }, /* rArr */
	{ 7085, 2485, 6, 3 }, /* rAtail */
	{ 8837, 2458, 5, 3 }, /* rBarr */
	{ 9954, 2626, 4, 3 }, /* rHar */
	{ 3322, 178, 4, 5 }, /* race */
	{ 7091, 3750, 6, 2 }, /* racute */
	{ 8842, 1471, 5, 3 }, /* radic */
	{ 4520, 2800, 8, 3 }, /* raemptyv */
	{ 7097, 2398, 4, 3 }, /* rang */
	{ 8847, 2731, 5, 3 }, /* rangd */
	{ 8852, 2758, 5, 3 }, /* range */
	{ 7097, 2398, 6, 3 }, /* rangle */
	{ 8857, 3456, 5, 2 }, /* raquo */
	{ 4244, 1192, 4, 3 }, /* rarr */
	{ 7103, 2677, 6, 3 }, /* rarrap */
	{ 5280, 1399, 5, 3 }, /* rarrb */
	{ 5280, 2497, 7, 3 }, /* rarrbfs */
	{ 6870, 268, 5, 3 }, /* rarrc */
	{ 7109, 2491, 6, 3 }, /* rarrfs */
	{ 7115, 1255, 6, 3 }, /* rarrhk */
	{ 7121, 1261, 6, 3 }, /* rarrlp */
	{ 7127, 2545, 6, 3 }, /* rarrpl */
	{ 5287, 2674, 7, 3 }, /* rarrsim */
	{ 7133, 1237, 6, 3 }, /* rarrtl */
	{ 6876, 168, 5, 3 }, /* rarrw */
	{ 7139, 2479, 6, 3 }, /* ratail */
	{ 3891, 1540, 5, 3 }, /* ratio */
	{ 3891, 1075, 9, 3 }, /* rationals */
	{ 8862, 2452, 5, 3 }, /* rbarr */
	{ 8867, 2380, 5, 3 }, /* rbbrk */
	{ 7145, 4190, 6, 1 }, /* rbrace */
	{ 7151, 4184, 6, 1 }, /* rbrack */
	{ 8872, 2713, 5, 3 }, /* rbrke */
	{ 5294, 2719, 7, 3 }, /* rbrksld */
	{ 5301, 2725, 7, 3 }, /* rbrkslu */
	{ 7157, 3758, 6, 2 }, /* rcaron */
	{ 7163, 3754, 6, 2 }, /* rcedil */
	{ 8877, 1999, 5, 3 }, /* rceil */
	{ 9958, 4190, 4, 1 }, /* rcub */
	{ 5654, 4102, 3, 2 }, /* rcy */
	{ 9962, 2530, 4, 3 }, /* rdca */
	{ 5308, 2641, 7, 3 }, /* rdldhar */
	{ 7169, 940, 5, 3 }, /* rdquo */
	{ 7169, 940, 6, 3 }, /* rdquor */
	{ 4410, 1279, 4, 3 }, /* rdsh */
	{ 4528, 1081, 4, 3 }, /* real */
	{ 5315, 1078, 7, 3 }, /* realine */
	{ 4528, 1081, 8, 3 }, /* realpart */
	{ 8882, 1084, 5, 3 }, /* reals */
	{ 7418, 2257, 4, 3 }, /* rect */
	{ 3790, 3430, 3, 2 }, /* reg */
	{ 7175, 2695, 6, 3 }, /* rfisht */
	{ 7181, 2005, 6, 3 }, /* rfloor */
	{ 4518, 661, 3, 4 }, /* rfr */
	{ 6702, 1312, 5, 3 }, /* rhard */
	{ 7187, 1309, 5, 3 }, /* rharu */
	{ 7187, 2650, 6, 3 }, /* rharul */
	{ 7544, 3940, 3, 2 }, /* rho */
	{ 7544, 3972, 4, 2 }, /* rhov */
	{ 665, 1192, 10, 3 }, /* rightarrow */
	{ 2320, 1237, 14, 3 }, /* rightarrowtail */
	{ 1546, 1312, 16, 3 }, /* rightharpoondown */
	{ 2334, 1309, 14, 3 }, /* rightharpoonup */
	{ 1910, 1321, 15, 3 }, /* rightleftarrows */
	{ 1160, 1345, 17, 3 }, /* rightleftharpoons */
	{ 1562, 1336, 16, 3 }, /* rightrightarrows */
	{ 606, 168, 15, 3 }, /* rightsquigarrow */
	{ 1925, 1870, 15, 3 }, /* rightthreetimes */
	{ 7693, 3850, 4, 2 }, /* ring */
	{ 2916, 1597, 12, 3 }, /* risingdotseq */
	{ 8887, 1321, 5, 3 }, /* rlarr */
	{ 6658, 1345, 5, 3 }, /* rlhar */
	{ 3415, 910, 3, 3 }, /* rlm */
	{ 3506, 2074, 6, 3 }, /* rmoust */
	{ 3506, 2074, 10, 3 }, /* rmoustache */
	{ 8892, 3367, 5, 3 }, /* rnmid */
	{ 8897, 2410, 5, 3 }, /* roang */
	{ 8902, 1408, 5, 3 }, /* roarr */
	{ 8907, 2392, 5, 3 }, /* robrk */
	{ 8912, 2707, 5, 3 }, /* ropar */
	{ 9966, 841, 4, 4 }, /* ropf */
	{ 7193, 2956, 6, 3 }, /* roplus */
	{ 5322, 2974, 7, 3 }, /* rotimes */
	{ 7199, 4172, 4, 1 }, /* rpar */
	{ 7199, 2737, 6, 3 }, /* rpargt */
	{ 4536, 2911, 8, 3 }, /* rppolint */
	{ 8917, 1336, 5, 3 }, /* rrarr */
	{ 7205, 982, 6, 3 }, /* rsaquo */
	{ 9970, 473, 4, 4 }, /* rscr */
	{ 8951, 1273, 3, 3 }, /* rsh */
	{ 9974, 4184, 4, 1 }, /* rsqb */
	{ 7211, 931, 5, 3 }, /* rsquo */
	{ 7211, 931, 6, 3 }, /* rsquor */
	{ 7217, 1870, 6, 3 }, /* rthree */
	{ 7223, 1864, 6, 3 }, /* rtimes */
	{ 1596, 2278, 4, 3 }, /* rtri */
	{ 5184, 120, 5, 3 }, /* rtrie */
	{ 8922, 2275, 5, 3 }, /* rtrif */
	{ 4544, 2854, 8, 3 }, /* rtriltri */
	{ 5329, 2638, 7, 3 }, /* ruluhar */
	{ 9141, 1087, 2, 3 }, /* rx */
	{ 7229, 3762, 6, 2 }, /* sacute */
	{ 8927, 934, 5, 3 }, /* sbquo */
	{ 3755, 1675, 2, 3 }, /* sc */
	{ 10471, 3247, 3, 3 }, /* scE */
	{ 9978, 3259, 4, 3 }, /* scap */
	{ 7235, 3774, 6, 2 }, /* scaron */
	{ 6888, 1681, 5, 3 }, /* sccue */
	{ 3755, 318, 3, 3 }, /* sce */
	{ 7241, 3770, 6, 2 }, /* scedil */
	{ 4849, 3766, 5, 2 }, /* scirc */
	{ 9982, 3253, 4, 3 }, /* scnE */
	{ 8932, 3265, 5, 3 }, /* scnap */
	{ 7247, 1933, 6, 3 }, /* scnsim */
	{ 4552, 2914, 8, 3 }, /* scpolint */
	{ 8937, 233, 5, 3 }, /* scsim */
	{ 9623, 4104, 3, 2 }, /* scy */
	{ 3782, 1849, 4, 3 }, /* sdot */
	{ 8942, 1756, 5, 3 }, /* sdotb */
	{ 6211, 3076, 5, 3 }, /* sdote */
	{ 8947, 1381, 5, 3 }, /* seArr */
	{ 7253, 2506, 6, 3 }, /* searhk */
	{ 5336, 1210, 5, 3 }, /* searr */
	{ 5336, 1210, 7, 3 }, /* searrow */
	{ 794, 3416, 4, 2 }, /* sect */
	{ 5068, 4179, 4, 1 }, /* semi */
	{ 7259, 2518, 6, 3 }, /* seswar */
	{ 2653, 1462, 8, 3 }, /* setminus */
	{ 7326, 1462, 5, 3 }, /* setmn */
	{ 9986, 2371, 4, 3 }, /* sext */
	{ 7265, 665, 3, 4 }, /* sfr */
	{ 7265, 2047, 6, 3 }, /* sfrown */
	{ 8952, 2359, 5, 3 }, /* sharp */
	{ 7271, 4120, 6, 2 }, /* shchcy */
	{ 9013, 4118, 4, 2 }, /* shcy */
	{ 3874, 1489, 8, 3 }, /* shortmid */
	{ 2307, 1495, 13, 3 }, /* shortparallel */
	{ 10474, 3428, 3, 2 }, /* shy */
	{ 4651, 3944, 5, 2 }, /* sigma */
	{ 7277, 3942, 6, 2 }, /* sigmaf */
	{ 4651, 3942, 6, 2 }, /* sigmav */
	{ 3742, 24, 3, 3 }, /* sim */
	{ 7283, 3079, 6, 3 }, /* simdot */
	{ 3742, 1564, 4, 3 }, /* sime */
	{ 3742, 1564, 5, 3 }, /* simeq */
	{ 8354, 3208, 4, 3 }, /* simg */
	{ 8957, 3214, 5, 3 }, /* simgE */
	{ 4997, 3205, 4, 3 }, /* siml */
	{ 8962, 3211, 5, 3 }, /* simlE */
	{ 8967, 1573, 5, 3 }, /* simne */
	{ 5249, 2935, 7, 3 }, /* simplus */
	{ 5343, 2668, 7, 3 }, /* simrarr */
	{ 4992, 1186, 5, 3 }, /* slarr */
	{ 2648, 1462, 13, 3 }, /* smallsetminus */
	{ 7289, 2968, 6, 3 }, /* smashp */
	{ 4560, 2869, 8, 3 }, /* smeparsl */
	{ 8703, 1489, 4, 3 }, /* smid */
	{ 7332, 2050, 5, 3 }, /* smile */
	{ 8972, 3235, 3, 3 }, /* smt */
	{ 8972, 138, 4, 3 }, /* smte */
	{ 8972, 138, 5, 6 }, /* smtes */
	{ 7295, 4126, 6, 2 }, /* softcy */
	{ 4145, 4177, 3, 1 }, /* sol */
	{ 7301, 2842, 4, 3 }, /* solb */
	{ 7301, 2065, 6, 3 }, /* solbar */
	{ 9990, 845, 4, 4 }, /* sopf */
	{ 3900, 2338, 6, 3 }, /* spades */
	{ 3900, 2338, 9, 3 }, /* spadesuit */
	{ 8708, 1495, 4, 3 }, /* spar */
	{ 7307, 102, 5, 3 }, /* sqcap */
	{ 7307, 102, 6, 6 }, /* sqcaps */
	{ 4107, 108, 5, 3 }, /* sqcup */
	{ 7313, 108, 6, 6 }, /* sqcups */
	{ 3516, 238, 5, 3 }, /* sqsub */
	{ 5148, 1717, 6, 3 }, /* sqsube */
	{ 3516, 238, 8, 3 }, /* sqsubset */
	{ 3516, 1717, 10, 3 }, /* sqsubseteq */
	{ 3526, 243, 5, 3 }, /* sqsup */
	{ 5155, 1720, 6, 3 }, /* sqsupe */
	{ 3526, 243, 8, 3 }, /* sqsupset */
	{ 3526, 1720, 10, 3 }, /* sqsupseteq */
	{ 611, 2248, 3, 3 }, /* squ */
	{ 3054, 2248, 6, 3 }, /* square */
	{ 7319, 2251, 6, 3 }, /* squarf */
	{ 9994, 2251, 4, 3 }, /* squf */
	{ 5286, 1192, 5, 3 }, /* srarr */
	{ 9998, 477, 4, 4 }, /* sscr */
	{ 7325, 1462, 6, 3 }, /* ssetmn */
	{ 7331, 2050, 6, 3 }, /* ssmile */
	{ 7337, 1852, 6, 3 }, /* sstarf */
	{ 4814, 2326, 4, 3 }, /* star */
	{ 7338, 2323, 5, 3 }, /* starf */
	{ 1940, 3974, 15, 2 }, /* straightepsilon */
	{ 3181, 3962, 11, 2 }, /* straightphi */
	{ 8977, 3432, 5, 2 }, /* strns */
	{ 2677, 78, 3, 3 }, /* sub */
	{ 8713, 323, 4, 3 }, /* subE */
	{ 7343, 3274, 6, 3 }, /* subdot */
	{ 5150, 1699, 4, 3 }, /* sube */
	{ 5350, 3292, 7, 3 }, /* subedot */
	{ 5357, 3286, 7, 3 }, /* submult */
	{ 7566, 150, 5, 3 }, /* subnE */
	{ 7572, 90, 5, 3 }, /* subne */
	{ 5364, 3280, 7, 3 }, /* subplus */
	{ 5371, 2686, 7, 3 }, /* subrarr */
	{ 2677, 78, 6, 3 }, /* subset */
	{ 3477, 1699, 8, 3 }, /* subseteq */
	{ 3477, 323, 9, 3 }, /* subseteqq */
	{ 2677, 90, 9, 3 }, /* subsetneq */
	{ 2677, 150, 10, 3 }, /* subsetneqq */
	{ 7349, 3298, 6, 3 }, /* subsim */
	{ 7355, 3322, 6, 3 }, /* subsub */
	{ 5389, 3316, 6, 3 }, /* subsup */
	{ 3100, 1675, 4, 3 }, /* succ */
	{ 3536, 3259, 10, 3 }, /* succapprox */
	{ 3192, 1681, 11, 3 }, /* succcurlyeq */
	{ 5162, 318, 6, 3 }, /* succeq */
	{ 3203, 3265, 11, 3 }, /* succnapprox */
	{ 4568, 3253, 8, 3 }, /* succneqq */
	{ 4576, 1933, 8, 3 }, /* succnsim */
	{ 5378, 233, 7, 3 }, /* succsim */
	{ 10477, 1450, 3, 3 }, /* sum */
	{ 10002, 2350, 4, 3 }, /* sung */
	{ 2660, 84, 3, 3 }, /* sup */
	{ 10006, 3452, 4, 2 }, /* sup1 */
	{ 10010, 3438, 4, 2 }, /* sup2 */
	{ 10014, 3440, 4, 2 }, /* sup3 */
	{ 8723, 328, 4, 3 }, /* supE */
	{ 7361, 3277, 6, 3 }, /* supdot */
	{ 5385, 3331, 7, 3 }, /* supdsub */
	{ 5157, 1702, 4, 3 }, /* supe */
	{ 5392, 3295, 7, 3 }, /* supedot */
	{ 5399, 2386, 7, 3 }, /* suphsol */
	{ 5406, 3328, 7, 3 }, /* suphsub */
	{ 5413, 2689, 7, 3 }, /* suplarr */
	{ 5420, 3289, 7, 3 }, /* supmult */
	{ 7578, 156, 5, 3 }, /* supnE */
	{ 7584, 96, 5, 3 }, /* supne */
	{ 5427, 3283, 7, 3 }, /* supplus */
	{ 2690, 84, 6, 3 }, /* supset */
	{ 3487, 1702, 8, 3 }, /* supseteq */
	{ 3487, 328, 9, 3 }, /* supseteqq */
	{ 2690, 96, 9, 3 }, /* supsetneq */
	{ 2690, 156, 10, 3 }, /* supsetneqq */
	{ 7367, 3301, 6, 3 }, /* supsim */
	{ 7373, 3319, 6, 3 }, /* supsub */
	{ 7379, 3325, 6, 3 }, /* supsup */
	{ 8982, 1384, 5, 3 }, /* swArr */
	{ 7385, 2509, 6, 3 }, /* swarhk */
	{ 5434, 1213, 5, 3 }, /* swarr */
	{ 5434, 1213, 7, 3 }, /* swarrow */
	{ 7391, 2521, 6, 3 }, /* swnwar */
	{ 8987, 3528, 5, 2 }, /* szlig */
	{ 7397, 2032, 6, 3 }, /* target */
	{ 10480, 3946, 3, 2 }, /* tau */
	{ 4092, 2077, 4, 3 }, /* tbrk */
	{ 7403, 3782, 6, 2 }, /* tcaron */
	{ 7409, 3778, 6, 2 }, /* tcedil */
	{ 7298, 4106, 3, 2 }, /* tcy */
	{ 4215, 1018, 4, 3 }, /* tdot */
	{ 7415, 2029, 6, 3 }, /* telrec */
	{ 10483, 669, 3, 4 }, /* tfr */
	{ 7421, 1534, 6, 3 }, /* there4 */
	{ 3909, 1534, 9, 3 }, /* therefore */
	{ 4584, 3922, 5, 2 }, /* theta */
	{ 4584, 3958, 8, 2 }, /* thetasym */
	{ 7427, 3958, 6, 2 }, /* thetav */
	{ 3214, 1579, 11, 3 }, /* thickapprox */
	{ 4592, 24, 8, 3 }, /* thicksim */
	{ 7433, 895, 6, 3 }, /* thinsp */
	{ 8992, 1579, 5, 3 }, /* thkap */
	{ 7439, 24, 6, 3 }, /* thksim */
	{ 8997, 3590, 5, 2 }, /* thorn */
	{ 5508, 3854, 5, 2 }, /* tilde */
	{ 1935, 3512, 5, 2 }, /* times */
	{ 4139, 1753, 6, 3 }, /* timesb */
	{ 4600, 2965, 8, 3 }, /* timesbar */
	{ 7445, 2962, 6, 3 }, /* timesd */
	{ 4276, 1513, 4, 3 }, /* tint */
	{ 10018, 2515, 4, 3 }, /* toea */
	{ 5441, 1765, 3, 3 }, /* top */
	{ 7451, 2059, 6, 3 }, /* topbot */
	{ 7457, 3376, 6, 3 }, /* topcir */
	{ 5441, 849, 4, 4 }, /* topf */
	{ 5441, 3337, 7, 3 }, /* topfork */
	{ 10022, 2518, 4, 3 }, /* tosa */
	{ 7463, 973, 6, 3 }, /* tprime */
	{ 9002, 1090, 5, 3 }, /* trade */
	{ 806, 2272, 8, 3 }, /* triangle */
	{ 1114, 2287, 12, 3 }, /* triangledown */
	{ 1131, 2293, 12, 3 }, /* triangleleft */
	{ 1896, 114, 14, 3 }, /* trianglelefteq */
	{ 3918, 1618, 9, 3 }, /* triangleq */
	{ 806, 2278, 13, 3 }, /* triangleright */
	{ 1531, 120, 15, 3 }, /* trianglerighteq */
	{ 7469, 2302, 6, 3 }, /* tridot */
	{ 5178, 1618, 4, 3 }, /* trie */
	{ 4608, 2989, 8, 3 }, /* triminus */
	{ 5448, 2986, 7, 3 }, /* triplus */
	{ 9007, 2851, 5, 3 }, /* trisb */
	{ 5455, 2992, 7, 3 }, /* tritime */
	{ 4616, 2098, 8, 3 }, /* trpezium */
	{ 10026, 481, 4, 4 }, /* tscr */
	{ 10030, 4114, 4, 2 }, /* tscy */
	{ 9012, 4154, 5, 2 }, /* tshcy */
	{ 7475, 3786, 6, 2 }, /* tstrok */
	{ 9017, 1630, 5, 3 }, /* twixt */
	{ 1578, 1222, 16, 3 }, /* twoheadleftarrow */
	{ 1177, 1228, 17, 3 }, /* twoheadrightarrow */
	{ 10034, 1360, 4, 3 }, /* uArr */
	{ 10038, 2623, 4, 3 }, /* uHar */
	{ 7481, 3582, 6, 2 }, /* uacute */
	{ 8268, 1189, 4, 3 }, /* uarr */
	{ 9022, 4158, 5, 2 }, /* ubrcy */
	{ 7487, 3798, 6, 2 }, /* ubreve */
	{ 9027, 3584, 5, 2 }, /* ucirc */
	{ 10119, 4108, 3, 2 }, /* ucy */
	{ 4861, 1324, 5, 3 }, /* udarr */
	{ 7493, 3806, 6, 2 }, /* udblac */
	{ 9032, 2656, 5, 3 }, /* udhar */
	{ 7499, 2698, 6, 3 }, /* ufisht */
	{ 10486, 673, 3, 4 }, /* ufr */
	{ 7505, 3580, 6, 2 }, /* ugrave */
	{ 9037, 1306, 5, 3 }, /* uharl */
	{ 9042, 1303, 5, 3 }, /* uharr */
	{ 9047, 2230, 5, 3 }, /* uhblk */
	{ 4624, 2035, 6, 3 }, /* ulcorn */
	{ 4624, 2035, 8, 3 }, /* ulcorner */
	{ 7511, 2017, 6, 3 }, /* ulcrop */
	{ 9052, 2308, 5, 3 }, /* ultri */
	{ 9057, 3794, 5, 2 }, /* umacr */
	{ 9191, 3418, 3, 2 }, /* uml */
	{ 9062, 3810, 5, 2 }, /* uogon */
	{ 10042, 853, 4, 4 }, /* uopf */
	{ 3548, 1189, 7, 3 }, /* uparrow */
	{ 3225, 1201, 11, 3 }, /* updownarrow */
	{ 2661, 1306, 13, 3 }, /* upharpoonleft */
	{ 2348, 1303, 14, 3 }, /* upharpoonright */
	{ 4115, 1714, 5, 3 }, /* uplus */
	{ 5462, 3948, 4, 2 }, /* upsi */
	{ 9067, 3960, 5, 2 }, /* upsih */
	{ 5462, 3948, 7, 2 }, /* upsilon */
	{ 3546, 1333, 10, 3 }, /* upuparrows */
	{ 4632, 2038, 6, 3 }, /* urcorn */
	{ 4632, 2038, 8, 3 }, /* urcorner */
	{ 7517, 2014, 6, 3 }, /* urcrop */
	{ 9072, 3802, 5, 2 }, /* uring */
	{ 9077, 2311, 5, 3 }, /* urtri */
	{ 10046, 485, 4, 4 }, /* uscr */
	{ 9082, 1954, 5, 3 }, /* utdot */
	{ 7523, 3790, 6, 2 }, /* utilde */
	{ 9087, 2272, 4, 3 }, /* utri */
	{ 9087, 2269, 5, 3 }, /* utrif */
	{ 9092, 1333, 5, 3 }, /* uuarr */
	{ 10050, 3586, 4, 2 }, /* uuml */
	{ 5469, 2764, 7, 3 }, /* uwangle */
	{ 10054, 1372, 4, 3 }, /* vArr */
	{ 9097, 3352, 4, 3 }, /* vBar */
	{ 9097, 3355, 5, 3 }, /* vBarv */
	{ 6912, 1774, 5, 3 }, /* vDash */
	{ 7529, 2749, 6, 3 }, /* vangrt */
	{ 3556, 3974, 10, 2 }, /* varepsilon */
	{ 4640, 3970, 8, 2 }, /* varkappa */
	{ 3566, 1426, 10, 3 }, /* varnothing */
	{ 7535, 3962, 6, 2 }, /* varphi */
	{ 9102, 3964, 5, 2 }, /* varpi */
	{ 3927, 1474, 9, 3 }, /* varpropto */
	{ 7541, 1201, 4, 3 }, /* varr */
	{ 7541, 3972, 6, 2 }, /* varrho */
	{ 4648, 3942, 8, 2 }, /* varsigma */
	{ 2674, 90, 12, 6 }, /* varsubsetneq */
	{ 2674, 150, 13, 6 }, /* varsubsetneqq */
	{ 2687, 96, 12, 6 }, /* varsupsetneq */
	{ 2687, 156, 13, 6 }, /* varsupsetneqq */
	{ 4656, 3958, 8, 2 }, /* vartheta */
	{ 1955, 1801, 15, 3 }, /* vartriangleleft */
	{ 1594, 1804, 16, 3 }, /* vartriangleright */
	{ 10489, 4074, 3, 2 }, /* vcy */
	{ 5880, 1759, 5, 3 }, /* vdash */
	{ 4205, 1504, 3, 3 }, /* vee */
	{ 7547, 1822, 6, 3 }, /* veebar */
	{ 9107, 1615, 5, 3 }, /* veeeq */
	{ 7553, 1948, 6, 3 }, /* vellip */
	{ 7559, 4189, 6, 1 }, /* verbar */
	{ 3811, 4189, 4, 1 }, /* vert */
	{ 8331, 677, 3, 4 }, /* vfr */
	{ 5176, 1801, 5, 3 }, /* vltri */
	{ 9112, 78, 5, 6 }, /* vnsub */
	{ 9117, 84, 5, 6 }, /* vnsup */
	{ 10058, 857, 4, 4 }, /* vopf */
	{ 9122, 1474, 5, 3 }, /* vprop */
	{ 5183, 1804, 5, 3 }, /* vrtri */
	{ 10062, 489, 4, 4 }, /* vscr */
	{ 7565, 150, 6, 6 }, /* vsubnE */
	{ 7571, 90, 6, 6 }, /* vsubne */
	{ 7577, 156, 6, 6 }, /* vsupnE */
	{ 7583, 96, 6, 6 }, /* vsupne */
	{ 5476, 2746, 7, 3 }, /* vzigzag */
	{ 1497, 3814, 5, 2 }, /* wcirc */
	{ 7589, 3073, 6, 3 }, /* wedbar */
	{ 2217, 1501, 5, 3 }, /* wedge */
	{ 7595, 1612, 6, 3 }, /* wedgeq */
	{ 7601, 1069, 6, 3 }, /* weierp */
	{ 10492, 681, 3, 4 }, /* wfr */
	{ 10066, 861, 4, 4 }, /* wopf */
	{ 3158, 1069, 2, 3 }, /* wp */
	{ 1508, 1558, 2, 3 }, /* wr */
	{ 7607, 1558, 6, 3 }, /* wreath */
	{ 10070, 493, 4, 4 }, /* wscr */
	{ 10074, 1840, 4, 3 }, /* xcap */
	{ 9127, 2305, 5, 3 }, /* xcirc */
	{ 10078, 1843, 4, 3 }, /* xcup */
	{ 9132, 2281, 5, 3 }, /* xdtri */
	{ 10495, 685, 3, 4 }, /* xfr */
	{ 9137, 2428, 5, 3 }, /* xhArr */
	{ 9142, 2419, 5, 3 }, /* xharr */
	{ 3679, 3934, 2, 2 }, /* xi */
	{ 9147, 2422, 5, 3 }, /* xlArr */
	{ 9152, 2413, 5, 3 }, /* xlarr */
	{ 10082, 2431, 4, 3 }, /* xmap */
	{ 10086, 1978, 4, 3 }, /* xnis */
	{ 9157, 2884, 5, 3 }, /* xodot */
	{ 10090, 865, 4, 4 }, /* xopf */
	{ 7613, 2887, 6, 3 }, /* xoplus */
	{ 7619, 2890, 6, 3 }, /* xotime */
	{ 9162, 2425, 5, 3 }, /* xrArr */
	{ 9167, 2416, 5, 3 }, /* xrarr */
	{ 10094, 497, 4, 4 }, /* xscr */
	{ 7625, 2896, 6, 3 }, /* xsqcup */
	{ 7631, 2893, 6, 3 }, /* xuplus */
	{ 9172, 2266, 5, 3 }, /* xutri */
	{ 10098, 1837, 4, 3 }, /* xvee */
	{ 7637, 1834, 6, 3 }, /* xwedge */
	{ 7643, 3588, 6, 2 }, /* yacute */
	{ 10102, 4132, 4, 2 }, /* yacy */
	{ 9177, 3818, 5, 2 }, /* ycirc */
	{ 10498, 4124, 3, 2 }, /* ycy */
	{ 9629, 3412, 3, 2 }, /* yen */
	{ 10501, 689, 3, 4 }, /* yfr */
	{ 10106, 4146, 4, 2 }, /* yicy */
	{ 10110, 869, 4, 4 }, /* yopf */
	{ 10114, 501, 4, 4 }, /* yscr */
	{ 10118, 4130, 4, 2 }, /* yucy */
	{ 10122, 3592, 4, 2 }, /* yuml */
	{ 7649, 3824, 6, 2 }, /* zacute */
	{ 7655, 3832, 6, 2 }, /* zcaron */
	{ 9627, 4084, 3, 2 }, /* zcy */
	{ 10126, 3828, 4, 2 }, /* zdot */
	{ 7661, 1099, 6, 3 }, /* zeetrf */
	{ 10130, 3918, 4, 2 }, /* zeta */
	{ 10504, 693, 3, 4 }, /* zfr */
	{ 10134, 4082, 4, 2 }, /* zhcy */
	{ 4241, 1393, 7, 3 }, /* zigrarr */
	{ 10138, 873, 4, 4 }, /* zopf */
	{ 10142, 505, 4, 4 }, /* zscr */
	{ 10507, 904, 3, 3 }, /* zwj */
	{ 10146, 901, 4, 3 }, /* zwnj */
};
static const struct entity entity_bare[106] = {
	{ 7667, 3478, 5, 2 }, /* AElig */
	{ 10150, 4169, 3, 1 }, /* AMP */
	{ 5483, 3468, 6, 2 }, /* Aacute */
	{ 7672, 3470, 5, 2 }, /* Acirc */
	{ 5495, 3466, 6, 2 }, /* Agrave */
	{ 7692, 3476, 5, 2 }, /* Aring */
	{ 5507, 3472, 6, 2 }, /* Atilde */
	{ 9190, 3474, 4, 2 }, /* Auml */
	{ 9206, 3420, 4, 2 }, /* COPY */
	{ 5537, 3480, 6, 2 }, /* Ccedil */
	{ 10177, 3498, 3, 2 }, /* ETH */
	{ 5579, 3484, 6, 2 }, /* Eacute */
	{ 7717, 3486, 5, 2 }, /* Ecirc */
	{ 5591, 3482, 6, 2 }, /* Egrave */
	{ 9258, 3488, 4, 2 }, /* Euml */
	{ 10510, 341, 2, 1 }, /* GT */
	{ 5633, 3492, 6, 2 }, /* Iacute */
	{ 7752, 3494, 5, 2 }, /* Icirc */
	{ 5639, 3490, 6, 2 }, /* Igrave */
	{ 9318, 3496, 4, 2 }, /* Iuml */
	{ 10512, 333, 2, 1 }, /* LT */
	{ 5717, 3500, 6, 2 }, /* Ntilde */
	{ 5723, 3504, 6, 2 }, /* Oacute */
	{ 7792, 3506, 5, 2 }, /* Ocirc */
	{ 5735, 3502, 6, 2 }, /* Ograve */
	{ 5741, 3514, 6, 2 }, /* Oslash */
	{ 5747, 3508, 6, 2 }, /* Otilde */
	{ 9394, 3510, 4, 2 }, /* Ouml */
	{ 9406, 4165, 4, 1 }, /* QUOT */
	{ 10258, 3430, 3, 2 }, /* REG */
	{ 7827, 3526, 5, 2 }, /* THORN */
	{ 5837, 3518, 6, 2 }, /* Uacute */
	{ 7852, 3520, 5, 2 }, /* Ucirc */
	{ 5855, 3516, 6, 2 }, /* Ugrave */
	{ 9466, 3522, 4, 2 }, /* Uuml */
	{ 5885, 3524, 6, 2 }, /* Yacute */
	{ 5903, 3532, 6, 2 }, /* aacute */
	{ 7887, 3534, 5, 2 }, /* acirc */
	{ 5484, 3442, 5, 2 }, /* acute */
	{ 7892, 3542, 5, 2 }, /* aelig */
	{ 5915, 3530, 6, 2 }, /* agrave */
	{ 10324, 4169, 3, 1 }, /* amp */
	{ 7927, 3540, 5, 2 }, /* aring */
	{ 5939, 3536, 6, 2 }, /* atilde */
	{ 9558, 3538, 4, 2 }, /* auml */
	{ 5999, 3414, 6, 2 }, /* brvbar */
	{ 6053, 3544, 6, 2 }, /* ccedil */
	{ 5538, 3450, 5, 2 }, /* cedil */
	{ 3756, 3406, 4, 2 }, /* cent */
	{ 6089, 3420, 4, 2 }, /* copy */
	{ 6107, 3410, 6, 2 }, /* curren */
	{ 10342, 3434, 3, 2 }, /* deg */
	{ 2544, 3576, 6, 2 }, /* divide */
	{ 6179, 3548, 6, 2 }, /* eacute */
	{ 3059, 3550, 5, 2 }, /* ecirc */
	{ 6203, 3546, 6, 2 }, /* egrave */
	{ 6122, 3562, 3, 2 }, /* eth */
	{ 9642, 3552, 4, 2 }, /* euml */
	{ 6275, 3460, 6, 2 }, /* frac12 */
	{ 6287, 3458, 6, 2 }, /* frac14 */
	{ 6323, 3462, 6, 2 }, /* frac34 */
	{ 1792, 341, 2, 1 }, /* gt */
	{ 6473, 3556, 6, 2 }, /* iacute */
	{ 8392, 3558, 5, 2 }, /* icirc */
	{ 8397, 3404, 5, 2 }, /* iexcl */
	{ 6479, 3554, 6, 2 }, /* igrave */
	{ 6509, 3464, 6, 2 }, /* iquest */
	{ 9718, 3560, 4, 2 }, /* iuml */
	{ 8487, 3424, 5, 2 }, /* laquo */
	{ 4426, 333, 2, 1 }, /* lt */
	{ 7683, 3432, 4, 2 }, /* macr */
	{ 4721, 3444, 5, 2 }, /* micro */
	{ 6773, 3448, 6, 2 }, /* middot */
	{ 9822, 3402, 4, 2 }, /* nbsp */
	{ 3569, 3426, 3, 2 }, /* not */
	{ 6899, 3564, 6, 2 }, /* ntilde */
	{ 6953, 3568, 6, 2 }, /* oacute */
	{ 8747, 3570, 5, 2 }, /* ocirc */
	{ 6971, 3566, 6, 2 }, /* ograve */
	{ 9902, 3422, 4, 2 }, /* ordf */
	{ 9906, 3454, 4, 2 }, /* ordm */
	{ 6989, 3578, 6, 2 }, /* oslash */
	{ 6995, 3572, 6, 2 }, /* otilde */
	{ 9922, 3574, 4, 2 }, /* ouml */
	{ 1102, 3446, 4, 2 }, /* para */
	{ 7049, 3436, 6, 2 }, /* plusmn */
	{ 8817, 3408, 5, 2 }, /* pound */
	{ 9950, 4165, 4, 1 }, /* quot */
	{ 8857, 3456, 5, 2 }, /* raquo */
	{ 3790, 3430, 3, 2 }, /* reg */
	{ 794, 3416, 4, 2 }, /* sect */
	{ 10474, 3428, 3, 2 }, /* shy */
	{ 10006, 3452, 4, 2 }, /* sup1 */
	{ 10010, 3438, 4, 2 }, /* sup2 */
	{ 10014, 3440, 4, 2 }, /* sup3 */
	{ 8987, 3528, 5, 2 }, /* szlig */
	{ 8997, 3590, 5, 2 }, /* thorn */
	{ 1935, 3512, 5, 2 }, /* times */
	{ 7481, 3582, 6, 2 }, /* uacute */
	{ 9027, 3584, 5, 2 }, /* ucirc */
	{ 7505, 3580, 6, 2 }, /* ugrave */
	{ 9191, 3418, 3, 2 }, /* uml */
	{ 10050, 3586, 4, 2 }, /* uuml */
	{ 7643, 3588, 6, 2 }, /* yacute */
	{ 9629, 3412, 3, 2 }, /* yen */
	{ 10122, 3592, 4, 2 }, /* yuml */
};
