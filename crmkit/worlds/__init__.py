"""Worlds: scenarios whose fields are the truth, and the cases they draw."""

from crmkit.worlds.bank import Bank
from crmkit.worlds.bank_finance import Brokerage, InsuranceBook, RiskClass
from crmkit.worlds.bank_parts import (
    BankArea,
    BankChannel,
    BankKind,
    BankProduct,
    BranchClosure,
    CreditLines,
    OnlineAdoption,
    RateChange,
)
from crmkit.worlds.bank_plans import BankCampaign, CreditPolicy, TreeLeaf
from crmkit.worlds.bank_service import MailBox, MailIntent, ManagerTeam, RatedAttribute, SurveyPlan
from crmkit.worlds.case import Case, Truth
from crmkit.worlds.catalogue import Category
from crmkit.worlds.describe import describe
from crmkit.worlds.dirt import Dirt, soil
from crmkit.worlds.dirt_tables import Faults, soil_table
from crmkit.worlds.picks import PlantedRule
from crmkit.worlds.retail import Campaign, Kind, Region, Retail
from crmkit.worlds.retail_knobs import Enquiries, Loyalty, Pricing, RivalSale, Rotation, ShelfTest, Shops
from crmkit.worlds.retail_pipeline import LeadSource, Pipeline, SalesStage
from crmkit.worlds.retail_web import Audience, Portal, Web, WebPage
from crmkit.worlds.telecom import Telecom
from crmkit.worlds.telecom_desk import ArrivalProfile, CallDesk, CallSite, ContactChannel, ContactReason
from crmkit.worlds.telecom_parts import (
    ChurnLaw,
    ContractLine,
    FestiveSeason,
    KeyAccounts,
    NetworkRegion,
    NumberPortability,
    Plan,
    PriceWar,
    RetentionOffer,
    ShopClosures,
)

__all__ = [
    "ArrivalProfile",
    "Audience",
    "Bank",
    "BankArea",
    "BankCampaign",
    "BankChannel",
    "BankKind",
    "BankProduct",
    "BranchClosure",
    "Brokerage",
    "CallDesk",
    "CallSite",
    "Campaign",
    "Case",
    "Category",
    "ChurnLaw",
    "ContactChannel",
    "ContactReason",
    "ContractLine",
    "CreditLines",
    "CreditPolicy",
    "Dirt",
    "Enquiries",
    "Faults",
    "FestiveSeason",
    "InsuranceBook",
    "KeyAccounts",
    "Kind",
    "LeadSource",
    "Loyalty",
    "MailBox",
    "MailIntent",
    "ManagerTeam",
    "NetworkRegion",
    "NumberPortability",
    "OnlineAdoption",
    "Pipeline",
    "Plan",
    "PlantedRule",
    "Portal",
    "PriceWar",
    "Pricing",
    "RateChange",
    "RatedAttribute",
    "Region",
    "Retail",
    "RetentionOffer",
    "RiskClass",
    "RivalSale",
    "Rotation",
    "SalesStage",
    "ShelfTest",
    "ShopClosures",
    "Shops",
    "SurveyPlan",
    "Telecom",
    "TreeLeaf",
    "Truth",
    "Web",
    "WebPage",
    "describe",
    "soil",
    "soil_table",
]
